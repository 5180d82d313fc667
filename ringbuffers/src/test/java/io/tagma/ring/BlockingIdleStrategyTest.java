package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Wake-ups that must not get lost: the parks are an hour long, so a lost one is a time-out of the test. */
@Timeout(60)
class BlockingIdleStrategyTest {
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    void aSignalBetweenTheAnnouncementAndTheParkIsNotLost() {
        final BlockingIdleStrategy idle = new BlockingIdleStrategy(0, HOUR_NS);
        for (int i = 0; i < 100; i++) {
            idle.idle(0); // announces
            idle.signal();
            idle.idle(0); // would park for an hour
        }
        assertThat(idle.alias()).isEqualTo("blocking");
    }

    @Test
    void everyFrameWakesItsParkedConsumer() throws Exception {
        final BlockingIdleStrategy idle = new BlockingIdleStrategy(0, HOUR_NS);
        final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(64, Frames.SLOT_LENGTH)
                .waiting(SystemNanoClock.INSTANCE, YieldingIdleStrategy::new)
                .blocking(HOUR_NS)
                .signalling(idle));
        final Future<Long> sum = threads.submit(() -> consume(ring, idle));

        // Each waits for the last one to be gone, so the consumer is at, in or before its park each time.
        long expected = 0;
        for (int i = 1; i <= 20_000; i++) {
            expected += i;
            Frames.put(ring, i, 0);
            while (i % 3 != 0 && ring.backlog() > 0) {
                Thread.onSpinWait();
            }
        }
        ring.close();

        assertThat(sum.get()).isEqualTo(expected);
    }

    private static long consume(final FrameRing ring, final BlockingIdleStrategy idle) {
        long sum = 0;
        while (!ring.isDrained()) {
            final int frames = ring.beginBatch(8);
            for (int i = 0; i < frames; i++) {
                sum += ring.buffer().getLong(ring.frameOffset(i));
            }
            ring.endBatch();
            idle.idle(frames);
        }
        return sum;
    }

    @Test
    void workResetsTheSpins() {
        final BlockingIdleStrategy idle = new BlockingIdleStrategy(2, HOUR_NS);
        for (int i = 0; i < 100; i++) {
            idle.idle(0);
            idle.idle(0);
            idle.idle(0); // announces
            idle.idle(1); // work: no park follows
        }
        idle.reset();
    }

    @Test
    void rejectsWhatCannotWork() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockingIdleStrategy(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BlockingIdleStrategy(0, 0));
    }
}
