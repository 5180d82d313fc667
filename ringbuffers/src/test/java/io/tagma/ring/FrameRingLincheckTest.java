package io.tagma.ring;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Linearizability of a ring of two slots against a bounded queue. An offer is a claim and a commit, between which the consumer stops at the
 * gap; to take that for an empty ring is right only while the frame is unfinished, so consuming reports emptiness by the backlog.
 */
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class FrameRingLincheckTest {
    private static final int CAPACITY = 2;
    private static final int NOTHING = -1;

    private final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(CAPACITY, Frames.SLOT_LENGTH));

    @Operation
    public boolean offer(@Param(name = "value") final int value) {
        final long sequence = ring.tryClaim(Integer.BYTES, 0);
        if (sequence < 0) {
            return false;
        }
        ring.buffer().putInt(ring.offset(sequence), value);
        ring.commit(sequence);
        return true;
    }

    @Operation(nonParallelGroup = "consumer")
    public int poll() {
        while (ring.backlog() > 0) {
            if (ring.beginBatch(1) == 1) {
                final int value = ring.buffer().getInt(ring.frameOffset(0));
                ring.endBatch();
                return value;
            }
            Thread.onSpinWait();
        }
        return NOTHING;
    }

    @Test
    void everyInterleavingIsThatOfABoundedQueue() {
        new ModelCheckingOptions()
                .iterations(12)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                // Lincheck cannot follow Agrona's buffers into native memory; an access is one step, as on the machine.
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(name -> name.startsWith("org.agrona."))
                        .allMethods()
                        .ignore())
                .sequentialSpecification(BoundedQueue.class)
                .check(FrameRingLincheckTest.class);
    }

    @Test
    void soIsEveryRunOnRealThreads() {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(1_000)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(2)
                .sequentialSpecification(BoundedQueue.class)
                .check(FrameRingLincheckTest.class);
    }

    /** What the ring is, one step at a time. */
    public static class BoundedQueue {
        private final Deque<Integer> frames = new ArrayDeque<>();

        public boolean offer(final int value) {
            return frames.size() < CAPACITY && frames.add(value);
        }

        public int poll() {
            return frames.isEmpty() ? NOTHING : frames.remove();
        }
    }
}
