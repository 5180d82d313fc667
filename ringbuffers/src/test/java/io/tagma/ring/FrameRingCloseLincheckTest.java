package io.tagma.ring;

import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/**
 * Closing while producers claim, in every interleaving: once a ring says that it is drained, no frame comes out of it any more. The ring is too large to fill up here.
 */
public class FrameRingCloseLincheckTest {
    private static final int CAPACITY = 16;

    private final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(CAPACITY, Frames.SLOT_LENGTH));

    /** The consumer's. */
    private boolean drained;

    @Operation
    public void offer() {
        final long sequence = ring.tryClaim(0, 0);
        if (sequence >= 0) {
            ring.commit(sequence);
        }
    }

    @Operation
    public void close() {
        ring.close();
    }

    @Operation(nonParallelGroup = "consumer")
    public boolean findsFramesInADrainedRing() {
        drained |= ring.isDrained();
        final int frames = ring.beginBatch(CAPACITY);
        ring.endBatch();
        return drained && frames > 0;
    }

    @Test
    void nothingComesAfterTheRingIsDrained() {
        new ModelCheckingOptions()
                .iterations(12)
                .invocationsPerIteration(500)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(2)
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(name -> name.startsWith("org.agrona."))
                        .allMethods()
                        .ignore())
                .sequentialSpecification(Promise.class)
                .check(FrameRingCloseLincheckTest.class);
    }

    /** A ring that keeps its word. */
    public static class Promise {
        public void offer() {}

        public void close() {}

        public boolean findsFramesInADrainedRing() {
            return false;
        }
    }
}
