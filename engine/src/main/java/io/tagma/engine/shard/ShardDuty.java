package io.tagma.engine.shard;

import io.tagma.engine.DecisionListener;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.Supervision;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.observe.Counter;
import io.tagma.engine.observe.Station;
import io.tagma.engine.observe.StationTimer;
import io.tagma.ring.FrameRing;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * One shard's duty cycle: takes a bounded batch from a ring, journals it, applies it, journals what came of it, then
 * publishes. Frames of other shards come first, since nothing they cause has to wait for another shard: so no two shards
 * can wait for each other. Owned by the thread that steps it.
 */
final class ShardDuty implements Agent {
    /** Frames whose rows are brought near together: what a core's first-level cache holds. */
    static final int GROUP = 32;

    private final String roleName;
    private final ShardCore core;
    private final ShardJournal journal;
    private final FrameRing ingress;
    private final FrameRing fromPeers;
    private final List<@Nullable FrameRing> toPeers;
    private final int maxBatch;
    private final OutputWriter output;
    private final StationTimer timer;
    private final ShardCounters counters;
    private final @Nullable DecisionListener listener;
    private final @Nullable FrameRing decisionRing;
    private final Decision decision = new Decision();
    private final Counter undelivered = new Counter();
    private final Counter listenerFaults = new Counter();
    private final WantedDecision wanted;
    private final DutyBeat beat = new DutyBeat();
    private @Nullable AskClerk clerk;
    private @Nullable BidClerk bids;
    private volatile @Nullable Throwable failure;
    private volatile long sequence;

    ShardDuty(
            final ShardCore core,
            final ShardJournal journal,
            final ShardRings rings,
            final ShardSinks sinks,
            final int maxBatch) {
        this.roleName = "shard-" + core.parts().shard();
        this.core = core;
        this.journal = journal;
        this.ingress = rings.ingress();
        this.fromPeers = rings.fromPeers();
        this.toPeers = rings.toPeers();
        this.maxBatch = maxBatch;
        this.output = core.output();
        this.timer = sinks.timer();
        this.counters = core.parts().counters();
        this.listener = sinks.listener();
        this.decisionRing = sinks.decisionRing();
        this.wanted = sinks.wanted();
        this.sequence = core.sequence();
    }

    @Override
    public int doWork() {
        if (failure != null) {
            return 0;
        }
        beat.begin();
        try {
            int work = drain(fromPeers);
            if (flush()) {
                work += drain(ingress);
            }
            final AskClerk outside = clerk;
            if (outside != null) {
                work += outside.doWork();
            }
            final BidClerk auctions = bids;
            if (auctions != null) {
                work += auctions.doWork();
            }
            timer.duty();
            if (work > 0) {
                counters.busyCycles.increment();
            }
            return work;
        } catch (final Throwable broken) {
            halt(broken);
            return 0;
        } finally {
            beat.end();
        }
    }

    /** Hands what is left for other shards over; true when no referral is left, and so new events may be taken. */
    private boolean flush() {
        boolean clear = true;
        for (int target = 0; target < toPeers.size(); target++) {
            final FrameRing ring = toPeers.get(target);
            if (ring != null) {
                clear &= core.post().flush(target, ring);
            }
        }
        return clear;
    }

    private int drain(final FrameRing ring) {
        final int count = ring.beginBatch(maxBatch);
        if (count == 0) {
            return 0;
        }
        final long taken = timer.now();
        recordWait(ring, taken);
        final long first = core.sequence() + 1;
        journal.inputs(ring, count, first);
        timer.record(Station.JOURNAL, (timer.now() - taken) / count);

        journal.beginOutputs(first);
        output.beginBatch();
        for (int from = 0; from < count; from += GROUP) {
            apply(ring, from, Math.min(from + GROUP, count));
        }
        final long applied = timer.now();
        if (output.frames() > 0) {
            journal.commitOutputs(first);
        }
        ring.endBatch();
        sequence = core.sequence();
        counters.batches.increment();
        publish(applied);
        return count;
    }

    private void apply(final FrameRing ring, final int from, final int to) {
        for (int i = from; i < to; i++) {
            core.touch(ring.buffer(), ring.frameOffset(i));
        }
        for (int i = from; i < to; i++) {
            core.apply(ring.buffer(), ring.frameOffset(i), ring.frameLength(i));
        }
    }

    private void recordWait(final FrameRing ring, final long taken) {
        if (ring == ingress) {
            // The first frame of a batch has waited longest.
            timer.record(Station.RING, taken - FrameTimes.ingestNs(ring.buffer(), ring.frameOffset(0)));
        }
    }

    private void publish(final long applied) {
        final int count = output.decisions();
        if (count == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            publish(output.decisionOffset(i));
        }
        final long done = timer.now();
        timer.record(Station.PUBLISH, (done - applied) / count);
        for (int i = 0; i < count; i++) {
            timer.record(Station.END_TO_END, done - output.ingestNs(i));
        }
    }

    private void publish(final int offset) {
        final DirectBuffer staged = journal.buffer();
        decision.wrap(core.parts().shard(), staged, offset);
        final DecisionListener told = listener;
        if (told != null) {
            tell(told);
        }
        final FrameRing ring = decisionRing;
        if (ring != null
                && ring.offer(
                                staged,
                                offset,
                                decision.encodedLength(),
                                core.parts().shard())
                        < 0) {
            undelivered.increment();
        }
        wanted.offer(decision);
    }

    private void tell(final DecisionListener told) {
        try {
            told.onDecision(decision);
        } catch (final Throwable thrown) {
            Supervision.rethrowIfFatal(thrown);
            listenerFaults.increment(); // the listener's trouble is not the shard's
        }
    }

    private void halt(final Throwable broken) {
        failure = broken;
        ingress.close();
        fromPeers.close();
    }

    /** Journals the final state hash, so that a replay can be held against it; a shard that cannot, has failed, and lacks nothing else. */
    void seal() {
        if (failure != null || core.sequence() == 0) {
            return;
        }
        try {
            journalHash();
        } catch (final EngineException refused) {
            halt(refused);
        }
    }

    private void journalHash() {
        final long last = core.sequence();
        journal.beginOutputs(last);
        output.beginBatch();
        output.stateHash(last, core.stateHash());
        journal.commitOutputs(last);
    }

    @Override
    public String roleName() {
        return roleName;
    }

    /** From now on what agents ask leaves the shard; before it runs. */
    void ask(final AskClerk with) {
        clerk = with;
    }

    /** From now on bids are asked for and windows end; before it runs. */
    void auction(final BidClerk with) {
        bids = with;
    }

    /** Windows that are open end now; any thread. */
    void endAuctions() {
        final BidClerk auctions = bids;
        if (auctions != null) {
            auctions.endAll();
        }
    }

    /** Whether a decision waits for bids; any thread. */
    boolean awaitsBids() {
        final AskedAuctions auctions = core.parts().asked();
        return bids != null && auctions != null && failure == null && auctions.openCount() > 0;
    }

    ShardCore core() {
        return core;
    }

    DutyBeat beat() {
        return beat;
    }

    ShardJournal journal() {
        return journal;
    }

    FrameRing ingress() {
        return ingress;
    }

    FrameRing fromPeers() {
        return fromPeers;
    }

    StationTimer timer() {
        return timer;
    }

    /** Sequence of the last input whose outputs are journaled; any thread. */
    long sequence() {
        return sequence;
    }

    /** What stopped the shard, or null; any thread. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Whether nothing waits in the rings or for other shards; exact once producers have stopped. */
    boolean isDrained() {
        if (failure != null) {
            return true;
        }
        boolean nothingLeft = ingress.backlog() == 0;
        for (int target = 0; target < toPeers.size(); target++) {
            final FrameRing ring = toPeers.get(target);
            if (ring != null && !core.post().isEmpty(target)) {
                if (ring.isClosed()) {
                    return fromPeers.backlog()
                            == 0; // that shard has failed: what waits for it, waits for the next launch
                }
                nothingLeft = false;
            }
        }
        return nothingLeft && fromPeers.backlog() == 0;
    }

    long undelivered() {
        return undelivered.get();
    }

    long listenerFaults() {
        return listenerFaults.get();
    }
}
