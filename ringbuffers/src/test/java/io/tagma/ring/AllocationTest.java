package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tagma.ring.Frames.WaitingWorld;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames in, refused, shed and out again: nothing is allocated, whatever the policy. One thread. */
class AllocationTest {
    private static final int ROUNDS = 20_000;

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void theHotPathAllocatesNothing(final OverflowPolicy policy) {
        final WaitingWorld world = new WaitingWorld(() -> {});
        final FrameRingConfig config = new FrameRingConfig(
                16, Frames.SLOT_LENGTH, policy, 2 * WaitingWorld.STEP_NS, 1L << 1, world, () -> world);
        final FrameRing ring = new FrameRing(config);
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[100]);
        final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long sum = run(ring, frame);
        // The first reading allocates for the bean itself; a JIT compilation at the wrong moment may too, hence the
        // best of five.
        long allocated = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            final long before = thread.getCurrentThreadAllocatedBytes();
            sum += run(ring, frame);
            allocated = Math.min(allocated, thread.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(sum).isPositive();
        assertThat(ring.counters().rejected() + ring.counters().timedOut()).isPositive();
        assertThat(allocated).isZero();
    }

    private static long run(final FrameRing ring, final UnsafeBuffer frame) {
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < 20; i++) {
                Frames.put(ring, i + 1, i & 1);
            }
            sum += ring.offer(frame, 0, 100, 0) == RingCode.TOO_LONG ? 1 : 0;
            for (int frames = ring.beginBatch(8); frames > 0; frames = ring.beginBatch(8)) {
                for (int i = 0; i < frames; i++) {
                    sum += ring.buffer().getLong(ring.frameOffset(i)) + ring.frameLength(i) + ring.frameClass(i);
                }
                ring.endBatch();
            }
            ring.offer(frame, 0, 40, 0);
            ring.abort(ring.tryClaim(8, 0));
        }
        return sum;
    }
}
