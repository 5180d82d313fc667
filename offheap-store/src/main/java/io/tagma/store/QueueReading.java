package io.tagma.store;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.TailerDirection;
import net.openhft.chronicle.queue.impl.RollingResourcesCache;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;

/**
 * A Chronicle Queue opened for reading only: steps through its excerpts, searches among them, and finds its way past damage.
 * Owned by the reading thread; any number of readers in any number of processes.
 */
final class QueueReading implements AutoCloseable {
    /** Empty polls at one place after which a quiet queue is looked at once more for damage; see {@link #hole}. */
    private static final int POLLS_TO_LOOK = 4096;

    private final Path directory;
    private final SingleChronicleQueue queue;
    private final boolean owner;
    private final ExcerptTailer tailer;
    private int emptyPolls;

    QueueReading(final Path directory) {
        this(directory, QueueFiles.forReading(directory), true);
    }

    private QueueReading(final Path directory, final SingleChronicleQueue queue, final boolean owner) {
        this.directory = directory;
        this.queue = queue;
        this.owner = owner;
        try {
            tailer = queue.createTailer();
        } catch (Exception | InternalError e) { // the library throws what it does not declare
            if (owner) {
                queue.close();
            }
            throw QueueFiles.unreadable(directory, e);
        }
        tailer.singleThreadedCheckDisabled(true);
    }

    /** Another reading of the same files, at their start; to be closed before this one. */
    QueueReading beside() {
        return new QueueReading(directory, queue, false);
    }

    /** What to do with an excerpt's bytes while they are mapped. */
    interface Visitor {
        /** Returns what the visitor's caller wants to know; the bytes are good until it returns. */
        int visit(DocumentContext document, Bytes<?> bytes, long index);
    }

    /**
     * Reads the next excerpt.
     *
     * @return what the visitor returned, or {@code none} when there is no further one
     * @throws RuntimeException when the queue's own framing is damaged
     */
    int next(final Visitor visitor, final int none) {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent()) {
                emptyPolls++;
                return none;
            }
            emptyPolls = 0;
            return visitor.visit(document, content(document), document.index());
        } catch (InternalError e) {
            // A page behind the file's end: only a length that is wrong leads there.
            throw new IllegalStateException("an excerpt that reaches behind the file's end", e);
        }
    }

    /** Index of the next excerpt to be read. */
    long index() {
        return tailer.index();
    }

    /** Makes a file's first excerpt the next; false when there is none. */
    boolean toFile(final Path file) {
        final String name = String.valueOf(file.getFileName());
        final int cycle = new RollingResourcesCache(queue.rollCycle(), queue.epoch(), File::new, File::getName)
                .parseCount(name.substring(0, name.lastIndexOf('.')));
        return toIndex(queue.rollCycle().toIndex(cycle, 0));
    }

    void toStart() {
        tailer.toStart();
        emptyPolls = 0;
    }

    void toEnd() {
        tailer.toEnd();
        emptyPolls = 0;
    }

    /** False when there is no excerpt of that index. */
    boolean toIndex(final long index) {
        emptyPolls = 0;
        return tailer.moveToIndex(index);
    }

    /**
     * Whether excerpts follow although none could be read: then the framing before them is damaged. Looking for the last
     * excerpt costs microseconds and garbage, so it is done at the first empty poll and once more when a queue has been quiet
     * for long; a reader that follows a live queue does not pay for it at each wake-up.
     */
    boolean hole(final boolean firstEnd) {
        if (!firstEnd && emptyPolls != POLLS_TO_LOOK) {
            return false;
        }
        try {
            final long last = queue.lastIndex();
            return last >= 0 && last >= tailer.index();
        } catch (Exception | InternalError e) {
            // Its header is damaged, or it was cut short: even its last excerpt cannot be looked for.
            return true;
        }
    }

    /** Moves behind damaged framing as far as there is something to move to, else to the end; false when neither can be found. */
    boolean pass() {
        try {
            if (!skipHole()) {
                toEnd();
            }
            return true;
        } catch (Exception | InternalError e) {
            return false;
        }
    }

    /** Moves behind damaged framing: to the next excerpt that the queue's own index knows, if there is one. */
    private boolean skipHole() {
        final RollCycle cycles = queue.rollCycle();
        final long last = queue.lastIndex();
        final int cycle = cycles.toCycle(tailer.index());
        final int spacing = queue.indexSpacing();
        long sequence = (cycles.toSequenceNumber(tailer.index()) / spacing + 1) * spacing;
        for (; cycles.toIndex(cycle, sequence) <= last && cycles.toCycle(last) == cycle; sequence += spacing) {
            if (tailer.moveToIndex(cycles.toIndex(cycle, sequence))) {
                return true;
            }
        }
        return cycles.toCycle(last) > cycle && tailer.moveToIndex(cycles.toIndex(nextCycle(cycle), 0));
    }

    /** Visits excerpts from the last one backwards until the visitor returns something other than {@code more}. */
    int backward(final Visitor visitor, final int more) {
        try (ExcerptTailer back = queue.createTailer().direction(TailerDirection.BACKWARD)) {
            if (!foundEnd(back)) {
                final long last = lastByWalking();
                if (last < 0 || !back.moveToIndex(last)) {
                    return more;
                }
            }
            while (true) {
                try (DocumentContext document = back.readingDocument()) {
                    if (!document.isPresent()) {
                        return more;
                    }
                    final int result = visitor.visit(document, content(document), document.index());
                    if (result != more) {
                        return result;
                    }
                }
            }
        }
    }

    /**
     * Moves to the last excerpt. False where the queue could not say where that is, as after a kill in the midst of a roll: it then gives up at the
     * beginning, with an assertion that a tailer that goes backwards must not, or, where assertions are off, without a word.
     */
    private boolean foundEnd(final ExcerptTailer back) {
        try {
            back.toEnd();
        } catch (AssertionError e) {
            return false;
        }
        final long first = queue.firstIndex();
        return back.index() != first || queue.lastIndex() <= first;
    }

    /** Index of the last excerpt that can be read, from the newest file that has one; -1 where there is none. Reads all of that file. */
    long lastByWalking() {
        final RollCycle cycles = queue.rollCycle();
        if (queue.firstCycle() > queue.lastCycle()) {
            return -1; // it has no file yet
        }
        final List<Long> known = List.copyOf(queue.listCyclesBetween(queue.firstCycle(), queue.lastCycle()));
        try (ExcerptTailer walk = queue.createTailer()) {
            for (int i = known.size() - 1; i >= 0; i--) {
                final int cycle = known.get(i).intValue();
                long last = -1;
                if (walk.moveToIndex(cycles.toIndex(cycle, 0))) {
                    boolean present = true;
                    while (present) {
                        try (DocumentContext document = walk.readingDocument()) {
                            present = document.isPresent() && cycles.toCycle(document.index()) == cycle;
                            last = present ? document.index() : last;
                        }
                    }
                }
                if (last >= 0) {
                    return last;
                }
            }
        }
        return -1;
    }

    Damage damage(final long index, final long offset, final String reason) {
        final File file = tailer.currentFile();
        return new Damage(index, file == null ? directory.toString() : file.getPath(), offset, reason);
    }

    SingleChronicleQueue queue() {
        return queue;
    }

    ExcerptTailer tailer() {
        return tailer;
    }

    @Override
    public void close() {
        tailer.close();
        if (owner) {
            queue.close();
        }
    }

    private int nextCycle(final int cycle) {
        final Long next = queue.listCyclesBetween(cycle + 1, queue.lastCycle()).stream()
                .findFirst()
                .orElse(null);
        return next == null ? cycle : next.intValue();
    }

    /**
     * The excerpt's bytes, of which all are mapped. The queue itself trusts the length in front of an excerpt, and following a
     * damaged one would read behind the mapping, which ends the process.
     */
    private static Bytes<?> content(final DocumentContext document) {
        final Wire wire = document.wire();
        if (wire == null) {
            throw new IllegalStateException("a document without content");
        }
        final Bytes<?> bytes = wire.bytes();
        final BytesStore<?, ?> mapped = bytes.bytesStore();
        final long length = bytes.readRemaining();
        if (length > JournalConfig.MAX_STAGING || mapped == null || !mapped.inside(bytes.readPosition(), length)) {
            throw new IllegalStateException("an excerpt of " + length + " bytes");
        }
        return bytes;
    }
}
