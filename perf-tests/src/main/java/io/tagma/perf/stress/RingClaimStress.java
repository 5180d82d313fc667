package io.tagma.perf.stress;

import io.tagma.ring.FrameRing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Two producers claim at once: each gets a slot of its own, and the consumer finds both frames. */
@JCStressTest
@Outcome(id = "2, 1, 2", expect = Expect.ACCEPTABLE, desc = "the first producer came first")
@Outcome(id = "2, 2, 1", expect = Expect.ACCEPTABLE, desc = "the second producer came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "one slot for two frames, or a frame lost")
@State
public class RingClaimStress {
    private final FrameRing ring = RingPool.take();

    /** One producer. */
    @Actor
    public void first() {
        publish(1);
    }

    /** The other. */
    @Actor
    public void second() {
        publish(2);
    }

    private void publish(final long value) {
        final long sequence = ring.tryClaim(Long.BYTES, 0);
        ring.buffer().putLong(ring.offset(sequence), value);
        ring.commit(sequence);
    }

    /** The consumer, when both are done. */
    @Arbiter
    public void consumer(final JJJ_Result result) {
        final int frames = ring.beginBatch(3);
        result.r1 = frames;
        result.r2 = frames > 0 ? ring.buffer().getLong(ring.frameOffset(0)) : 0;
        result.r3 = frames > 1 ? ring.buffer().getLong(ring.frameOffset(1)) : 0;
        ring.endBatch();
        RingPool.give(ring);
    }
}
