package io.tagma.engine.observe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One shard's stalls: how many, the longest, and the last few whole. Written by the watchdog, read by any thread. */
public final class StallLog {
    /** Stalls that are kept whole. */
    public static final int KEPT = 64;

    private final Counter count = new Counter();
    private final Counter recoveries = new Counter();
    private final Deque<Stall> over = new ArrayDeque<>();
    private volatile @Nullable Stall open;
    private volatile long longestNs;

    /** A stall was found, or a known one goes on. The watchdog only. */
    public void stalls(final Stall stall) {
        if (open == null) {
            count.increment();
        }
        longestNs = Math.max(longestNs, stall.stalledNs());
        open = stall;
    }

    /** The shard has gone on. The watchdog only. */
    public void recovered(final Stall stall) {
        recoveries.increment();
        longestNs = Math.max(longestNs, stall.stalledNs());
        synchronized (over) {
            if (over.size() == KEPT) {
                over.removeFirst();
            }
            over.addLast(stall);
        }
        open = null;
    }

    /** The stall that lasts, or null while the shard works or rests. */
    public @Nullable Stall open() {
        return open;
    }

    /** Stalls found since the launch. */
    public long count() {
        return count.get();
    }

    /** Of which those that are over. */
    public long recoveries() {
        return recoveries.get();
    }

    /** The longest, ns; 0 when there was none. */
    public long longestNs() {
        return longestNs;
    }

    /** The last {@link #KEPT} that are over, the oldest first, and the one that lasts. */
    public List<Stall> recent() {
        final List<Stall> recent;
        synchronized (over) {
            recent = new ArrayList<>(over);
        }
        final Stall last = open;
        if (last != null) {
            recent.add(last);
        }
        return recent;
    }

    /** The last one in a line, empty when there was none. */
    public String words() {
        final List<Stall> recent = recent();
        return recent.isEmpty() ? "" : recent.getLast().words();
    }
}
