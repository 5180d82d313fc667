package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same weights whatever the number of workers; a trainer that stands still costs its examples and nothing else. */
@Timeout(60)
class AutomatedTrainerTest {
    private static final int FEATURES = 5;
    private static final float[] TRUTH = {2f, -1f, 0.5f, 0f, -3f};

    private static AutomatedTrainer trainer(final int workers, final AutomatedTrainer.Publisher publisher) {
        return new AutomatedTrainer(
                FEATURES, 256, 4, workers, 1024, Thread.ofPlatform().daemon().factory(), publisher);
    }

    private static boolean offer(final AutomatedTrainer trainer, final SplittableRandom random) {
        final float[] x = new float[FEATURES];
        float score = 0;
        for (int i = 0; i < FEATURES; i++) {
            x[i] = (float) random.nextGaussian();
            score += TRUTH[i] * x[i];
        }
        return trainer.offer(x, 0, score + random.nextGaussian() > 0 ? 1f : 0f);
    }

    private static float[] trained(final int workers, final List<float[]> versions) throws InterruptedException {
        try (AutomatedTrainer trainer = trainer(workers, versions::add)) {
            final SplittableRandom random = new SplittableRandom(11);
            for (int i = 0; i < 256 * 40; i++) {
                assertThat(offer(trainer, random)).isTrue();
                if (i % 100 == workers) { // batches must not depend on how the ring is emptied
                    trainer.doWork();
                }
                if (i % 256 == 255) {
                    while (trainer.doWork() != 0) {}
                }
            }
            while (trainer.doWork() != 0) {}
            assertThat(trainer.batches()).isEqualTo(40);
            assertThat(trainer.published()).isEqualTo(10);
            return trainer.weights();
        }
    }

    @Test
    void theSameExamplesGiveTheSameWeightsWhateverTheNumberOfWorkers() throws InterruptedException {
        final List<float[]> versions = new ArrayList<>();
        final float[] one = trained(1, versions);
        assertThat(trained(2, new ArrayList<>())).isEqualTo(one);
        assertThat(trained(7, new ArrayList<>())).isEqualTo(one);
        assertThat(versions.getLast()).isEqualTo(one);
        assertThat(one[0]).as("it has learnt").isGreaterThan(0.5f);
        assertThat(one[4]).isLessThan(-0.5f);
    }

    @Test
    void aTrainerThatStallsInPublishingIsNeverWaitedFor() throws Exception {
        final CountDownLatch stalled = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final AutomatedTrainer trainer = trainer(1, weights -> {
            stalled.countDown();
            try {
                release.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (trainer) {
            final SplittableRandom random = new SplittableRandom(12);
            final Thread thread = Thread.ofPlatform().daemon().unstarted(() -> {
                try {
                    while (stalled.getCount() > 0) {
                        trainer.doWork();
                    }
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            while (stalled.getCount() > 0) {
                offer(trainer, random);
            }
            assertThat(stalled.await(1, TimeUnit.SECONDS)).isTrue();
            int refused = 0;
            for (int i = 0; i < 5000; i++) {
                refused += offer(trainer, random) ? 0 : 1;
            }
            assertThat(refused)
                    .as("all but what the ring holds, and no call has waited")
                    .isGreaterThanOrEqualTo(5000 - 1024);
            assertThat(trainer.dropped()).isGreaterThanOrEqualTo(refused);
            release.countDown();
            thread.join();
        }
    }

    @Test
    void aVersionThatCannotBePublishedIsCounted() throws InterruptedException {
        try (AutomatedTrainer trainer = trainer(1, weights -> {
            throw new IllegalStateException("the engine has gone");
        })) {
            final SplittableRandom random = new SplittableRandom(13);
            for (int i = 0; i < 1024; i++) {
                offer(trainer, random);
                trainer.doWork();
            }
            assertThat(trainer.failures()).isEqualTo(1);
            assertThat(trainer.published()).isZero();
        }
    }
}
