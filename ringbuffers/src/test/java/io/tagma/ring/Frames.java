package io.tagma.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/** What ring tests have in common: frames of one long, batches as lists, and a clock that only waiting moves. Used by the test's thread. */
final class Frames {
    static final int SLOT_LENGTH = 64;

    private Frames() {}

    static long put(final FrameRing ring, final long value, final int frameClass) {
        final long sequence = ring.tryClaim(Long.BYTES, frameClass);
        if (sequence >= 0) {
            ring.buffer().putLong(ring.offset(sequence), value);
            ring.commit(sequence);
        }
        return sequence;
    }

    static void fill(final FrameRing ring, final int frameClass) {
        for (int i = 0; i < ring.capacity(); i++) {
            put(ring, i, frameClass);
        }
    }

    /** The open batch as longs. */
    static List<Long> longsOf(final FrameRing ring, final int frames) {
        final List<Long> values = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            values.add(ring.buffer().getLong(ring.frameOffset(i)));
        }
        return values;
    }

    static List<Long> take(final FrameRing ring, final int limit) {
        final List<Long> values = longsOf(ring, ring.beginBatch(limit));
        ring.endBatch();
        return values;
    }

    /** Time passes only while somebody waits, and something may happen meanwhile. */
    static final class WaitingWorld implements NanoClock, IdleStrategy {
        static final long STEP_NS = TimeUnit.MICROSECONDS.toNanos(1);

        private final Runnable meanwhile;
        private long nowNs = Long.MAX_VALUE - 2 * STEP_NS; // a nano clock may overflow: only differences count
        private int waits;

        WaitingWorld(final Runnable meanwhile) {
            this.meanwhile = meanwhile;
        }

        int waits() {
            return waits;
        }

        @Override
        public long nanoTime() {
            return nowNs;
        }

        @Override
        public void idle(final int workCount) {
            if (workCount == 0) {
                idle();
            }
        }

        @Override
        public void idle() {
            waits++;
            nowNs += STEP_NS;
            meanwhile.run();
        }

        @Override
        public void reset() {}
    }
}
