package io.tagma.engine.council;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;

/**
 * Which events an agent or a message knows of, one counter an agent (Fidge, 1988; Mattern, <em>Virtual Time and Global States
 * of Distributed Systems</em>, 1989). Agents are numbered from 0; one that a clock never heard of counts as 0. Comparing and
 * merging allocate nothing. Owned by one thread.
 *
 * <p>An agent that leaves is {@linkplain #prune pruned}: its counter is dropped, is left out of every comparison with this
 * clock, and does not come back by merging clocks that still have it. Its number must not be given to another agent.
 */
public final class VectorClock {
    /** How one clock's past relates to another's. */
    public enum Order {
        /** All that this one knows the other knows, and more. */
        BEFORE,
        /** This one knows all that the other knows, and more. */
        AFTER,
        /** Both know the same. */
        EQUAL,
        /** Each knows what the other does not. */
        CONCURRENT
    }

    private static final long UNHEARD = -1L;
    private static final long LEFT = -2L;
    private static final int MARK = 0x0c10;

    private final long[] counters;

    /** A clock that knows nothing, of at most {@code capacity} agents. */
    public VectorClock(final int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a vector clock needs room for 1 agent: " + capacity);
        }
        counters = new long[capacity];
        Arrays.fill(counters, UNHEARD);
    }

    /** Counts an event of {@code agent}; its first brings it to 1. */
    public void tick(final int agent) {
        if (counters[agent] == LEFT) {
            throw new IllegalStateException(
                    "agent " + agent + " left: its number counts no more; give a new agent a new number");
        }
        counters[agent] = counter(agent) + 1;
    }

    /** Sets a counter, for who reads a clock out of a message; at least 0. */
    public void set(final int agent, final long count) {
        if (count < 0) {
            throw new IllegalArgumentException("a counter is at least 0: " + count + " for agent " + agent);
        }
        counters[agent] = count;
    }

    /** What is known of {@code agent}: how many of its events; 0 where it was never heard of or left. */
    public long counter(final int agent) {
        return Math.max(0L, counters[agent]);
    }

    /** Whether there is a counter for {@code agent}. */
    public boolean knows(final int agent) {
        return counters[agent] >= 0L;
    }

    /** How many agents there is room for. */
    public int capacity() {
        return counters.length;
    }

    /** Takes over all that another clock of the same capacity knows: the greater counter of each pair. */
    public void merge(final VectorClock other) {
        requireSame(other);
        for (int i = 0; i < counters.length; i++) {
            if (counters[i] != LEFT) {
                counters[i] = Math.max(counters[i], other.counters[i] == LEFT ? UNHEARD : other.counters[i]);
            }
        }
    }

    /** How this clock relates to another of the same capacity; agents that left for either are left out. */
    public Order compare(final VectorClock other) {
        requireSame(other);
        boolean less = false;
        boolean more = false;
        for (int i = 0; i < counters.length; i++) {
            if (counters[i] != LEFT && other.counters[i] != LEFT) {
                less |= counter(i) < other.counter(i);
                more |= counter(i) > other.counter(i);
            }
        }
        if (less) {
            return more ? Order.CONCURRENT : Order.BEFORE;
        }
        return more ? Order.AFTER : Order.EQUAL;
    }

    /** Drops an agent that left, for good. */
    public void prune(final int agent) {
        counters[agent] = LEFT;
    }

    /** Knows nothing again; agents that left are forgotten too. */
    public void clear() {
        Arrays.fill(counters, UNHEARD);
    }

    /** Becomes what another clock of the same capacity is, agents that left included. */
    public void copyFrom(final VectorClock other) {
        requireSame(other);
        System.arraycopy(other.counters, 0, counters, 0, counters.length);
    }

    /** Writes the clock into a snapshot. */
    public void save(final SnapshotWriter target) {
        target.mark(MARK);
        target.putInt(counters.length);
        target.putLongs(counters, 0, counters.length);
    }

    /** Reads the clock out of a snapshot. */
    public void load(final SnapshotReader source) {
        source.expect(MARK);
        final int capacity = source.getInt();
        if (capacity != counters.length) {
            throw new IllegalArgumentException(
                    "the snapshot's vector clock is of " + capacity + " agents, this one of " + counters.length);
        }
        source.getLongs(counters, 0, counters.length);
    }

    private void requireSame(final VectorClock other) {
        if (other.counters.length != counters.length) {
            throw new IllegalArgumentException("vector clocks of " + counters.length + " and " + other.counters.length
                    + " agents do not compare: give them one capacity");
        }
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof VectorClock clock && Arrays.equals(counters, clock.counters);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counters);
    }

    /** Counters in the order of agents, e.g. {@code {1,3,·,2}}; a point where there is none. */
    @Override
    public String toString() {
        int last = counters.length;
        while (last > 0 && counters[last - 1] < 0) {
            last--;
        }
        final StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < last; i++) {
            text.append(i == 0 ? "" : ",").append(counters[i] < 0 ? "·" : Long.toString(counters[i]));
        }
        return text.append('}').toString();
    }
}
