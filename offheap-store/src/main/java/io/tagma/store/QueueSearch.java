package io.tagma.store;

import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Binary search over a queue's excerpts by a key that never falls: one numbering runs through all files. Owned by the reading
 * thread; made for one search.
 */
final class QueueSearch {
    private final QueueReading reading;
    private final QueueReading.Visitor key;
    private final List<Integer> cycles = new ArrayList<>();
    private final List<Long> starts = new ArrayList<>();
    private long total;
    private long found;

    QueueSearch(final QueueReading reading, final KeyReader reader) {
        this.reading = reading;
        key = (document, bytes, index) -> {
            final boolean readable = reader.readable(document, bytes);
            found = readable ? reader.key(document, bytes) : 0;
            return readable ? 1 : -1;
        };
        count();
    }

    /** Reads an excerpt's key without checking the rest of it. */
    interface KeyReader {
        boolean readable(DocumentContext document, Bytes<?> bytes);

        long key(DocumentContext document, Bytes<?> bytes);
    }

    /** Number of the first excerpt whose key is at least {@code target}; the number of all excerpts when there is none. */
    long lowerBound(final long target) {
        long low = 0;
        long high = total;
        while (low < high) {
            final long middle = (low + high) >>> 1;
            final long readable = firstReadable(middle, high);
            if (readable == high || found >= target) {
                high = middle;
            } else {
                low = readable + 1;
            }
        }
        return low;
    }

    /** Key of the excerpt of that number, or of the next one that can be read. */
    long keyAt(final long number) {
        return firstReadable(number, total) == total ? Long.MAX_VALUE : found;
    }

    long total() {
        return total;
    }

    /** Makes the excerpt of that number the next to be read; the end of the queue when there are fewer. */
    void moveTo(final long number) {
        if (number >= total) {
            reading.toEnd();
        } else if (!reading.toIndex(index(number))) {
            reading.toStart();
        }
    }

    private long firstReadable(final long from, final long to) {
        for (long number = from; number < to; number++) {
            if (reading.toIndex(index(number)) && reading.next(key, -1) == 1) {
                return number;
            }
        }
        return to;
    }

    private long index(final long number) {
        int i = cycles.size() - 1;
        while (starts.get(i) > number) {
            i--;
        }
        return reading.queue().rollCycle().toIndex(cycles.get(i), number - starts.get(i));
    }

    private void count() {
        final SingleChronicleQueue queue = reading.queue();
        final RollCycle rollCycle = queue.rollCycle();
        final long last = queue.lastIndex();
        if (last < 0) {
            return;
        }
        for (final long cycle : queue.listCyclesBetween(queue.firstCycle(), rollCycle.toCycle(last))) {
            final long inCycle = reading.tailer().excerptsInCycle((int) cycle);
            if (inCycle > 0) {
                cycles.add((int) cycle);
                starts.add(total);
                total += inCycle;
            }
        }
    }
}
