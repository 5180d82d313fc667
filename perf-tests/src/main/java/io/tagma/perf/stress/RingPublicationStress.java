package io.tagma.perf.stress;

import io.tagma.ring.FrameRing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A producer commits a frame while the consumer looks: the consumer sees nothing or all of it, and it comes once. */
@JCStressTest
@Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "not yet there; it comes with the next batch")
@Outcome(id = "1, 2, 0", expect = Expect.ACCEPTABLE, desc = "there, and whole")
@Outcome(expect = Expect.FORBIDDEN, desc = "half a frame, or one lost, or one twice")
@State
public class RingPublicationStress {
    private static final int SECOND = 40; // as far from the first word as a slot of 64 bytes allows
    private static final int LENGTH = 48;

    private final FrameRing ring = RingPool.take();

    /** The producer. */
    @Actor
    public void producer() {
        final long sequence = ring.tryClaim(LENGTH, 0);
        final int offset = ring.offset(sequence);
        ring.buffer().putLong(offset, 1);
        ring.buffer().putLong(offset + SECOND, 2);
        ring.commit(sequence);
    }

    /** The consumer. */
    @Actor
    public void consumer(final JJJ_Result result) {
        if (ring.beginBatch(1) == 1) {
            result.r1 = ring.buffer().getLong(ring.frameOffset(0));
            result.r2 = ring.buffer().getLong(ring.frameOffset(0) + SECOND);
            wipe();
        }
    }

    /** What is left when both are done. */
    @Arbiter
    public void rest(final JJJ_Result result) {
        result.r3 = ring.beginBatch(2);
        if (result.r3 > 0) {
            wipe();
        }
        RingPool.give(ring);
    }

    // So that the next race over this slot cannot take an old word for a new one.
    private void wipe() {
        ring.buffer().putLong(ring.frameOffset(0), 0);
        ring.buffer().putLong(ring.frameOffset(0) + SECOND, 0);
        ring.endBatch();
    }
}
