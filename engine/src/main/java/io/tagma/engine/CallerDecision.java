package io.tagma.engine;

import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.shard.ShardTopology;
import io.tagma.ring.FrameRing;

/**
 * Decides one event at a time on the thread that steps the shards, behind all that was submitted before. Owned by that thread.
 *
 * <p>The event is staged: a step handles the rings first, up to a batch of each, so nothing in a ring of no more than that is overtaken. Behind
 * more, the event goes through the ring itself.
 */
final class CallerDecision {
    private final Engine engine;
    private final ShardTopology topology;
    private final StagedInputs staged;
    private final FrameRing[] rings;
    private final int maxBatch;

    CallerDecision(
            final Engine engine,
            final ShardTopology topology,
            final StagedInputs staged,
            final FrameRing[] rings,
            final int maxBatch) {
        this.engine = engine;
        this.topology = topology;
        this.staged = staged;
        this.rings = rings;
        this.maxBatch = maxBatch;
    }

    /** See {@link Engine#decide}. */
    int decide(final Event event, final Decision into) {
        topology.want(event.correlationId(), into);
        final int code = take(event);
        if (code != SubmitCode.ACCEPTED) {
            topology.cancelWant();
            return code;
        }
        // Two idle cycles: in the first, a shard may have handed a frame to one that had its turn before.
        for (int idle = 0; !topology.delivered() && idle < 2; ) {
            idle = topology.step() == 0 && topology.isDrained() ? idle + 1 : 0;
        }
        if (topology.delivered()) {
            return SubmitCode.ACCEPTED;
        }
        topology.cancelWant();
        if (topology.isAwaited(event.correlationId())) {
            return SubmitCode.DEFERRED;
        }
        return topology.failure() == null ? SubmitCode.DROPPED : SubmitCode.JOURNAL_FAILED;
    }

    private int take(final Event event) {
        final FrameRing ring = rings[Subjects.shardOf(event.subject(), rings.length)];
        if (ring.backlog() <= maxBatch) {
            int code = staged.add(event);
            if (code == SubmitCode.FULL) {
                topology.step();
                code = staged.add(event);
            }
            if (code != SubmitCode.FULL) {
                return code;
            }
        }
        return engine.submit(event);
    }
}
