package io.tagma.engine;

import io.tagma.engine.ingest.OrderFrames;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.FrameRing;
import io.tagma.ring.IdleStrategies;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/** Puts an order's frames into a shard's ring, waiting for room. Stateless. */
final class OrderSubmission {
    private OrderSubmission() {}

    /**
     * Submits all frames of an order.
     *
     * @param step called while there is no room
     * @param deadlineNs of {@link SystemNanoClock}
     * @throws EngineException when the ring is closed, or stays full
     */
    static void submit(
            final Engine engine,
            final FrameRing ring,
            final int shard,
            final OrderFrames frames,
            final Runnable step,
            final long deadlineNs) {
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        for (int part = 0; part < frames.parts(); part++) {
            long sequence = ring.tryClaim(frames.encodedLength(part), 0);
            while (sequence < 0) {
                if (sequence == SubmitCode.CLOSED || SystemNanoClock.INSTANCE.nanoTime() - deadlineNs > 0) {
                    throw new EngineException("shard " + shard + " did not take the order: "
                            + SubmitCode.describe((int) sequence) + "; give it again");
                }
                step.run();
                idle.idle(0);
                sequence = ring.tryClaim(frames.encodedLength(part), 0);
            }
            frames.encode(
                    part,
                    ring.buffer(),
                    ring.offset(sequence),
                    engine.context().nanoClock().nanoTime());
            ring.commit(sequence);
        }
    }
}
