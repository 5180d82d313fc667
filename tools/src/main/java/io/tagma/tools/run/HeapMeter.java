package io.tagma.tools.run;

import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many bytes all Java threads together have allocated, and how often the collector ran, since a mark in the second half
 * of a run: what is loaded, compiled and grown at the start is not the steady state. Owned by the submitting thread;
 * allocates nothing after construction.
 *
 * <p>Nobody knows beforehand how long a run gets, so a mark is set at each power of two, and the last but one counts:
 * between a half and three quarters of all events lie behind it.
 */
final class HeapMeter {
    private static final long FIRST_MARK = 4096;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final GarbageCollectorMXBean[] collectors =
            ManagementFactory.getGarbageCollectorMXBeans().toArray(GarbageCollectorMXBean[]::new);
    private long nextMark = FIRST_MARK;
    private long markEvents;
    private long markBytes = bytes();
    private long markCollections = collections();
    private long lastEvents;
    private long lastBytes = markBytes;
    private long lastCollections = markCollections;

    /** So many events have been submitted. */
    void at(final long events) {
        if (events == nextMark) {
            nextMark *= 2;
            markEvents = lastEvents;
            markBytes = lastBytes;
            markCollections = lastCollections;
            lastEvents = events;
            lastBytes = bytes();
            lastCollections = collections();
        }
    }

    /** Bytes for each event since the mark; call right after the last event. */
    double bytesPerEvent(final long events) {
        final long since = events - markEvents;
        return since <= 0 ? 0 : (double) (bytes() - markBytes) / since;
    }

    /** Collections since the mark. */
    long collectionsSinceMark() {
        return collections() - markCollections;
    }

    /** The event behind which the steady state begins. */
    long markEvents() {
        return markEvents;
    }

    private long bytes() {
        return threads.getTotalThreadAllocatedBytes();
    }

    private long collections() {
        long sum = 0;
        for (final GarbageCollectorMXBean collector : collectors) {
            sum += Math.max(0, collector.getCollectionCount());
        }
        return sum;
    }
}
