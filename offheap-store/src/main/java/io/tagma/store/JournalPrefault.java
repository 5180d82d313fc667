package io.tagma.store;

import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.MappedBytesStore;
import org.jspecify.annotations.Nullable;

/**
 * Has the pages of a queue's file ready before its writer comes to them. At the first write to a page of a mapped file the
 * kernel allocates, zeroes and accounts for it, microseconds each, and in the hole of a sparse file its read-ahead zeroes
 * megabytes more in one go, all that on the thread that writes. Here another thread writes zeros ahead, so that nothing is left to read,
 * and has the pages mapped.
 *
 * <p>The writer calls {@link #moved} after each excerpt, one thread {@link #doWork} all the time. How far ahead pages are
 * brought in follows the rate of writing: an idle journal's file takes {@value #LEAST_AHEAD} bytes more than it holds, a busy
 * one's is ahead by what {@value #CYCLES_AHEAD} calls of {@code doWork} saw written, up to {@value #MOST_AHEAD} bytes. Where the
 * system takes no advice, nothing happens and the writer pays as before.
 */
public final class JournalPrefault {
    private static final int LEAST_AHEAD = 64 << 10;
    private static final int MOST_AHEAD = 8 << 20;
    private static final int CYCLES_AHEAD = 16;
    private static final int STEP = 256 << 10;
    private static final int LEAST_STEP = 32 << 10;
    private static final long PAGE_MASK = 4095;

    private final FileReservation reservation;

    // The writer's: where it writes next, and where that mapping ends; the end is 0 while the writer changes mappings.
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong end = new AtomicLong();
    private @Nullable MappedBytesStore block;
    private long addressOfZero;

    // The other thread's.
    private long lastEnd;
    private long lastHead;
    private long ready;
    private final AtomicLong bytes = new AtomicLong();

    JournalPrefault(final FileReservation reservation) {
        this.reservation = reservation;
    }

    /** Tells where the next excerpt goes. The writer, after an append; nanoseconds, and allocates nothing. */
    @SuppressWarnings("ReferenceEquality") // another store is another mapping, whatever it holds
    void moved(final Bytes<?> mapped) {
        final long position = mapped.writePosition();
        if (mapped.bytesStore() instanceof MappedBytesStore store && store.inside(position)) {
            if (store != block) {
                enter(store, position);
            }
            head.lazySet(addressOfZero + position);
        }
    }

    private void enter(final MappedBytesStore store, final long position) {
        end.set(0);
        block = store;
        addressOfZero = store.addressForWrite(position) - position;
        head.set(addressOfZero + position);
        end.set(addressOfZero + store.capacity());
    }

    /** The mapping goes away; the writer, before it closes. */
    void left() {
        end.set(0);
        block = null;
    }

    /**
     * Brings pages in. One thread; a few system calls for each {@value #STEP} bytes or less.
     *
     * @return 1 when there was something to do, else 0
     */
    public int doWork() {
        final long mappedTo = end.get();
        final long at = head.get();
        if (mappedTo == 0 || mappedTo != end.get()) {
            return 0;
        }
        if (mappedTo != lastEnd) {
            lastEnd = mappedTo;
            lastHead = at;
            ready = at & ~PAGE_MASK;
            // Pages that a fault's read-ahead brought in carry a mark that starts the next, without end.
            MappedPages.withoutReadAhead(ready, (mappedTo & ~PAGE_MASK) - ready);
        }
        final long ahead = Math.clamp(CYCLES_AHEAD * (at - lastHead), LEAST_AHEAD, MOST_AHEAD);
        lastHead = at;
        int work = 0;
        while (reservation.zeroAhead(ahead) > 0) {
            work = 1;
        }
        final long target = Math.min(at + ahead, mappedTo) & ~PAGE_MASK;
        final boolean last = target == (mappedTo & ~PAGE_MASK);
        if (target - ready < (last ? 1 : LEAST_STEP)) {
            return work;
        }
        final long from = Math.max(ready, at & ~PAGE_MASK); // pages that the writer was faster to reach are its own
        for (long next = from; next < target; next += STEP) {
            if (MappedPages.populate(next, Math.min(STEP, target - next))) {
                bytes.lazySet(bytes.getPlain() + Math.min(STEP, target - next));
            }
        }
        ready = target;
        return 1;
    }

    /** Bytes brought in so far; any thread. */
    public long bytes() {
        return bytes.get();
    }
}
