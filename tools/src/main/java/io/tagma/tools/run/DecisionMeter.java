package io.tagma.tools.run;

import io.tagma.engine.DecisionListener;
import io.tagma.engine.ingest.Decision;
import io.tagma.tools.scenario.Workload;
import org.agrona.BitUtil;
import org.agrona.concurrent.NanoClock;

/**
 * Told of decisions by the shards: measures each from the time at which its event was meant to be sent, so that an event that
 * had to wait for its turn counts with the wait, and passes it on to the workload. Each shard's thread has counts of its
 * own; the submitting thread notes when events were due.
 */
final class DecisionMeter implements DecisionListener {
    /** The decisions of a shard that count as its first. */
    static final long FIRST = 10_000;

    private final Workload workload;
    private final NanoClock clock;
    private final LatencyCounts[] counts;
    private final LatencyCounts[] first;
    private final long[] dueNs;
    private final int mask;
    private long countFromNs;

    /**
     * A meter.
     *
     * @param inFlight most events that may be on their way at once
     * @param paced whether events have a time at which they are due; if not, nothing is measured here
     */
    DecisionMeter(
            final Workload workload, final NanoClock clock, final int shards, final int inFlight, final boolean paced) {
        this.workload = workload;
        this.clock = clock;
        this.counts = new LatencyCounts[shards];
        this.first = new LatencyCounts[shards];
        for (int i = 0; i < shards; i++) {
            counts[i] = new LatencyCounts();
            first[i] = new LatencyCounts();
        }
        this.dueNs = new long[paced ? BitUtil.findNextPositivePowerOfTwo(inFlight) : 0];
        this.mask = dueNs.length - 1;
    }

    /** Measures only events due from then on. Before the first {@link #due}. */
    void countFrom(final long ns) {
        countFromNs = ns;
    }

    /** An event is due; before it is submitted, which is what makes this visible to the shard. */
    void due(final long correlationId, final long ns) {
        dueNs[(int) correlationId & mask] = ns;
    }

    /** When an event was due; 0 where nothing is paced. On the thread of the shard that decides it, while it does. */
    long dueNs(final long correlationId) {
        return mask >= 0 ? dueNs[(int) correlationId & mask] : 0;
    }

    @Override
    public void onDecision(final Decision decision) {
        if (mask >= 0) {
            final long due = dueNs[(int) decision.correlationId() & mask];
            if (due != 0) {
                count(decision.shard(), due);
            }
        }
        workload.onDecision(decision);
    }

    private void count(final int shard, final long due) {
        final long ns = clock.nanoTime() - due;
        if (first[shard].total() < FIRST) {
            first[shard].add(ns);
        }
        if (due - countFromNs >= 0) {
            counts[shard].add(ns);
        }
    }

    /** All shards' counts together. */
    LatencyCounts sum() {
        return sum(counts);
    }

    /** All shards' first decisions together, those of the warm-up time included. */
    LatencyCounts first() {
        return sum(first);
    }

    private static LatencyCounts sum(final LatencyCounts[] shards) {
        if (shards.length == 1) {
            return shards[0];
        }
        final LatencyCounts sum = new LatencyCounts();
        for (final LatencyCounts shard : shards) {
            sum.addAll(shard);
        }
        return sum;
    }
}
