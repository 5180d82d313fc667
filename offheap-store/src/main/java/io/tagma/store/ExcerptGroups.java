package io.tagma.store;

import java.lang.invoke.VarHandle;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.MappedBytesStore;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * The end of a queue's file, where excerpts are put in groups: by one system call and one store that shows them, instead of a lock, a
 * look at the clock, four words of bookkeeping and a fresh page each. Owned by the queue's one writer.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>A group's first length word is in the file as that of an excerpt that is being written before anything else of the group is, and
 *       becomes its length by one store when all is there: a reader sees all of the group or nothing. A writer killed meanwhile leaves
 *       what the queue's own leaves, an open excerpt.
 *   <li>Behind a group are zeros, so what another left there that never came to its end is never taken for an excerpt.
 *   <li>The queue itself writes the first excerpt of a file, each that its index has an entry for, and each for which it has to map
 *       another part of the file. It has its own numbers from there; its readers count on from them.
 * </ol>
 *
 * <p>Groups of some kibibytes and more are written by a system call, straight into pages that nobody has to map; shorter ones are stored
 * through the mapping, into pages that zeros have brought in. Where the system has no such call, the queue writes every excerpt.
 */
final class ExcerptGroups {
    private static final int WORD = Integer.BYTES;
    private static final long PAGE_MASK = 4095;

    /** More is written by a system call. */
    private static final int MOST_STORED = 4 << 10;

    private static final int READY_STEP = 64 << 10;

    private final QueueFiles files;
    private final ExcerptAppender appender;
    private final int spacing;
    private final PointerBytesStore source = new PointerBytesStore();
    private @Nullable MappedBytesStore block;
    private long next; // position of the next length word; 0 where only the queue knows
    private long sequence; // number of the next excerpt in its file
    private long ready; // pages up to there were brought in
    private boolean busy; // the last group was written by a system call
    private boolean refused;

    ExcerptGroups(final QueueFiles files, final ExcerptAppender appender) {
        this.files = files;
        this.appender = appender;
        spacing = files.queue().indexSpacing();
    }

    /** How many of so many excerpts may be put in one group, after {@link QueueFiles#holdTime}; 0: the queue has to write the next. */
    int room(final int excerpts) {
        final MappedBytesStore mapped = block;
        final long toIndexed = spacing - sequence % spacing;
        return next == 0
                        || refused
                        || toIndexed == spacing
                        || mapped == null
                        || !mapped.inside(next)
                        || appender.cycle() != files.cycle()
                ? 0
                : (int) Math.min(excerpts, toIndexed);
    }

    /**
     * Writes excerpts, each behind its length word, the next at a multiple of 4.
     *
     * @param address of the first length word; {@value AuditEncoder#END} bytes behind the last excerpt are there to be written over
     * @param length of all, a multiple of 4
     * @param excerpts as many as {@link #room} said, or fewer
     * @return {@link StoreCode#OK}, else {@link StoreCode#NO_SPACE} or {@link StoreCode#IO_ERROR}, and then none of them is there
     */
    int write(final long address, final int length, final int excerpts) {
        final MappedBytesStore mapped = block;
        if (mapped == null) {
            throw new IllegalStateException("no room");
        }
        final int code = files.reserve(next, length + AuditEncoder.END);
        if (code != StoreCode.OK) {
            return code;
        }
        final int first = Memory.getInt(address);
        final long behind = Memory.getLong(address + length);
        Memory.putInt(address, QueueCheck.NOT_COMPLETE);
        Memory.putLong(address + length, 0);
        final long word = mapped.addressForWrite(next);
        busy = length > MOST_STORED;
        final boolean written = (length <= MOST_STORED && mapped.inside(next, length + AuditEncoder.END))
                ? store(address, length + AuditEncoder.END, word)
                : files.reservation().write(address, length + AuditEncoder.END, next);
        Memory.putInt(address, first);
        Memory.putLong(address + length, behind);
        if (!written) {
            Memory.putIntRelease(word, 0); // behind each of its excerpts the queue writes zeros over what a writer left
            refused = true; // the queue tries what the call cannot
            return StoreCode.IO_ERROR;
        }
        Memory.putIntRelease(word, first);
        next += length;
        sequence += excerpts;
        return StoreCode.OK;
    }

    /** What is short is stored: that costs less than a system call, where its pages are there. */
    private boolean store(final long address, final int length, final long to) {
        bringIn(length, READY_STEP);
        Memory.putIntRelease(to, QueueCheck.NOT_COMPLETE);
        VarHandle.storeStoreFence();
        Memory.copy(address + WORD, to + WORD, length - WORD);
        return true;
    }

    /**
     * Has the queue write one excerpt.
     *
     * @param address of its length word
     * @return as {@link #write}
     */
    int append(final long address) {
        final int length = Memory.getInt(address);
        final Wire wire = appender.wire();
        final int code;
        if (next != 0 && wire != null && appender.cycle() == files.cycle()) {
            code = files.reserve(next, length);
            // It walks over the groups since its own last excerpt, but does not count them.
            wire.headerNumber(files.queue().rollCycle().toIndex(files.cycle(), sequence - 1));
            bringIn(WORD + length + AuditEncoder.END, busy ? 0 : READY_STEP); // what comes next brings its own pages in
        } else {
            code = files.reserve(appender, length);
            refused = false; // of another file
        }
        if (code != StoreCode.OK) {
            return code;
        }
        source.set(address + WORD, length);
        appender.writeBytes(source);
        files.written();
        locate();
        return StoreCode.OK;
    }

    /** Zeros, {@code step} at a time, so that what is stored meets no page that would have to be read first. */
    private void bringIn(final int length, final int step) {
        final long to = next + length;
        if (to > ready && length <= MOST_STORED) {
            ready = (Math.max(to, next + step) + PAGE_MASK) & ~PAGE_MASK;
            if (files.reserve(next, (int) (ready - next)) == StoreCode.OK) {
                files.reservation().zero(next, ready);
            }
        }
    }

    /** Where the queue's last excerpt ends, and what it put behind it: a page of its index now and then. */
    @SuppressWarnings("ReferenceEquality") // another store is another mapping, whatever it holds
    private void locate() {
        next = 0;
        final Wire wire = appender.wire();
        if (wire == null) {
            return;
        }
        final Bytes<?> bytes = wire.bytes();
        if (bytes.bytesStore() instanceof MappedBytesStore mapped) {
            if (mapped != block) {
                block = mapped;
                ready = 0;
                withoutReadAhead(mapped, bytes.writePosition());
            }
            sequence = files.queue().rollCycle().toSequenceNumber(appender.lastIndexAppended()) + 1;
            next = walk(mapped, aligned(bytes.writePosition()));
        }
    }

    private static long walk(final MappedBytesStore mapped, final long from) {
        long at = from;
        while (mapped.inside(at)) {
            final int header = mapped.readVolatileInt(at);
            if (header == 0) {
                return at;
            }
            if (header == QueueCheck.END_OF_FILE || (header & QueueCheck.NOT_COMPLETE) != 0) {
                return 0;
            }
            at = QueueCheck.next(at, header);
        }
        return 0;
    }

    private static void withoutReadAhead(final MappedBytesStore mapped, final long position) {
        if (mapped.inside(position)) {
            final long address = mapped.addressForWrite(position);
            final long end = address - position + mapped.capacity();
            MappedPages.withoutReadAhead(address & ~PAGE_MASK, (end & ~PAGE_MASK) - (address & ~PAGE_MASK));
        }
    }

    private static long aligned(final long position) {
        return (position + WORD - 1) & -WORD;
    }
}
