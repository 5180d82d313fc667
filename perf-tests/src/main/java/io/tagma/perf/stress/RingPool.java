package io.tagma.perf.stress;

import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Rings to be used again, since making one takes far longer than a race. Thread-safe. */
final class RingPool {
    private static final int CAPACITY = 4;
    private static final int SLOT_LENGTH = 64;
    private static final ConcurrentLinkedQueue<FrameRing> FREE = new ConcurrentLinkedQueue<>();

    private RingPool() {}

    /** An empty ring. */
    static FrameRing take() {
        final FrameRing ring = FREE.poll();
        return ring != null ? ring : new FrameRing(FrameRingConfig.rejecting(CAPACITY, SLOT_LENGTH));
    }

    /** Gives a ring back, which must be empty. */
    static void give(final FrameRing ring) {
        if (ring.backlog() != 0) {
            throw new IllegalStateException("frames are left in the ring: " + ring.backlog());
        }
        FREE.add(ring);
    }
}
