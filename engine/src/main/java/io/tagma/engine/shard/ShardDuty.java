package io.tagma.engine.shard;

import io.tagma.engine.DecisionListener;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.Supervision;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.observe.Counter;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.observe.Station;
import io.tagma.engine.observe.StationTimer;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameSource;
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
    static final int GROUP = 96;

    private final String roleName;
    private final ShardLives lives;
    private final FrameRing ingress;
    private final FrameRing fromPeers;
    private final @Nullable StagedFrames staged;
    private final List<@Nullable FrameRing> toPeers;
    private final int maxBatch;
    private final StationTimer timer;
    private final @Nullable DecisionListener listener;
    private final @Nullable FrameRing decisionRing;
    private final Decision decision = new Decision();
    private final Counter undelivered = new Counter();
    private final Counter listenerFaults = new Counter();
    private final WantedDecision wanted;
    private final KernelNotes notes;
    private final DutyBeat beat = new DutyBeat();

    // The body's parts, for this thread; others go through the body.
    private ShardCore core;
    private ShardJournal journal;
    private OutputWriter output;
    private ShardCounters counters;

    // The batch that was taken and is not given back, for when this cycle fails.
    private @Nullable FrameSource taken;
    private long takenTo;

    private @Nullable AskClerk clerk;
    private volatile @Nullable BidClerk bids;
    private volatile ShardBody body;
    private volatile @Nullable Throwable failure;
    private volatile long sequence;

    ShardDuty(
            final ShardBody body,
            final ShardLives lives,
            final ShardRings rings,
            final ShardSinks sinks,
            final int maxBatch) {
        this.roleName = "shard-" + body.core().parts().shard();
        this.body = body;
        this.lives = lives;
        this.core = body.core();
        this.journal = body.journal();
        this.ingress = rings.ingress();
        this.fromPeers = rings.fromPeers();
        this.staged = rings.staged();
        this.toPeers = rings.toPeers();
        this.maxBatch = maxBatch;
        this.output = core.output();
        this.timer = sinks.timer();
        this.counters = core.parts().counters();
        this.listener = sinks.listener();
        this.decisionRing = sinks.decisionRing();
        this.wanted = sinks.wanted();
        this.notes = sinks.notes();
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
                work += staged == null ? 0 : drain(staged);
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
            return failed(broken);
        } finally {
            beat.end();
        }
    }

    /** Goes on with another body, or halts. */
    private int failed(final Throwable broken) {
        notes.leave();
        final ShardBody next = lives.next(body, broken);
        if (next == null) {
            halt(broken);
            return 0;
        }
        try {
            goOn(next);
            return 1;
        } catch (final Throwable again) {
            halt(again);
            return 0;
        }
    }

    private void goOn(final ShardBody next) {
        final ShardCounters before = counters;
        final int decided = output.decisions();
        core = next.core();
        journal = next.journal();
        core.output().goOn(output);
        output = core.output();
        counters = core.parts().counters();
        counters.goOn(before);
        body = next;
        final FrameSource open = taken;
        taken = null;
        // Journaled, it has taken effect, and its callers are to hear of it; else the ring presents it again, whole.
        if (open != null && core.sequence() >= takenTo) {
            open.endBatch();
            undelivered.add(next.caughtUp() == null ? decided : 0); // all was journaled, and told to nobody
        }
        sequence = core.sequence();
        publish(next.caughtUp());
    }

    private void publish(final @Nullable ReplayOutput caughtUp) {
        for (int i = 0; caughtUp != null && i < caughtUp.count(); i++) {
            if (OutputCheck.template(caughtUp.buffer(), caughtUp.offset(i)) == DecisionFrameDecoder.TEMPLATE_ID) {
                publish(caughtUp.buffer(), caughtUp.offset(i));
            }
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

    private int drain(final FrameSource ring) {
        final int count = ring.beginBatch(maxBatch);
        if (count == 0) {
            return 0;
        }
        final long first = core.sequence() + 1;
        final long began = timer.beginBatch(first, count);
        recordWait(ring, began);
        takenTo = core.sequence() + count;
        this.taken = ring;
        journal.inputs(ring, count, first);
        timer.recordBatch(Station.JOURNAL, (timer.batchNow() - began) / count);

        journal.beginOutputs(first);
        output.beginBatch();
        notes.enter(core);
        for (int from = 0; from < count; from += GROUP) {
            apply(ring, from, Math.min(from + GROUP, count));
        }
        notes.leave();
        final long applied = timer.batchNow();
        if (output.frames() > 0) {
            journal.commitOutputs(first);
        }
        notes.write(journal, first);
        ring.endBatch();
        taken = null;
        sequence = core.sequence();
        counters.batches.increment();
        publish(applied);
        return count;
    }

    private void apply(final FrameSource ring, final int from, final int to) {
        final RowTouch ahead = core.ahead();
        for (int i = from; i < to; i++) {
            ahead.add(ring.buffer(), ring.frameOffset(i), ring.frameLength(i));
        }
        ahead.touch();
        for (int i = from; i < to; i++) {
            core.apply(ring.buffer(), ring.frameOffset(i), ring.frameLength(i));
        }
    }

    private void recordWait(final FrameSource ring, final long began) {
        if (ring != fromPeers) {
            // The first frame of a batch has waited longest.
            timer.recordBatch(Station.RING, began - FrameTimes.ingestNs(ring.buffer(), ring.frameOffset(0)));
        }
    }

    private void publish(final long applied) {
        final int count = output.decisions();
        if (count == 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            publish(journal.buffer(), output.decisionOffset(i));
        }
        final long done = timer.now();
        timer.recordBatch(Station.PUBLISH, (done - applied) / count);
        recordLatencies(count, done);
    }

    /** Of runs that came at one time, as all of what was staged did, each at once. */
    private void recordLatencies(final int count, final long done) {
        for (int from = 0, to = 1; from < count; from = to++) {
            final long ingestNs = output.ingestNs(from);
            while (to < count && output.ingestNs(to) == ingestNs) {
                to++;
            }
            timer.record(Station.END_TO_END, done - ingestNs, to - from);
        }
    }

    private void publish(final DirectBuffer staged, final int offset) {
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
        if (staged != null) {
            staged.close();
        }
    }

    /**
     * Stops a shard whose thread would not end: it may come back at any time and go on where it is, with journal and rows. So nobody else
     * may touch them any more: they are neither sealed nor closed. The launching thread, once the threads were closed.
     *
     * @return whether that is so
     */
    boolean leave() {
        final Thread thread = beat.thread();
        if (thread == null || !thread.isAlive()) {
            return false;
        }
        final List<String> stack = Stall.stackOf(thread);
        halt(new EngineException(roleName + " hangs on thread " + thread.getName()
                + (stack.isEmpty() ? "" : " at " + stack.getFirst())
                + ": its journal and rows stay open and the engine's directory stays locked until this process ends"));
        return true;
    }

    /** Journals the final state hash, so that a replay can be held against it; a shard that cannot, has failed, and lacks nothing else. */
    void seal() {
        if (failure != null || core.sequence() == 0) {
            return;
        }
        try {
            notes.write(journal, core.sequence());
            journalHash();
        } catch (final EngineException refused) {
            halt(refused);
        }
    }

    private void journalHash() {
        final long last = core.sequence();
        journal.beginSeal(last);
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
        final AskedAuctions auctions = core().parts().asked();
        return bids != null && auctions != null && failure == null && auctions.openCount() > 0;
    }

    /** Its function and state as they are now; any thread, for what any thread may read. */
    ShardCore core() {
        return body.core();
    }

    /** What it works with now; any thread. */
    ShardBody body() {
        return body;
    }

    ShardLives lives() {
        return lives;
    }

    DutyBeat beat() {
        return beat;
    }

    FrameRing ingress() {
        return ingress;
    }

    FrameRing fromPeers() {
        return fromPeers;
    }

    /** Inputs of the thread that steps this; null where no caller does. */
    @Nullable
    StagedFrames staged() {
        return staged;
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
        boolean nothingLeft = ingress.backlog() == 0 && (staged == null || staged.count() == 0);
        for (int target = 0; target < toPeers.size(); target++) {
            final FrameRing ring = toPeers.get(target);
            if (ring != null && !core().post().isEmpty(target)) {
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
