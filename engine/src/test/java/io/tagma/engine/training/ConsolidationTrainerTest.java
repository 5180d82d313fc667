package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.intent.EmbeddingBagClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.ScalarKernels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Networks taught beside an engine: the same whatever the number of workers; whoever offers a text never waits. */
@Timeout(60)
class ConsolidationTrainerTest {
    private static final int CLASSES = 4;
    private static final IntentClassifierConfig CONFIG =
            IntentClassifierConfig.of(CLASSES).withMaxFeatures(1 << 10);

    private static ConsolidationTrainer trainer(
            final int every, final int workers, final ConsolidationTrainer.Publisher publisher) {
        return new ConsolidationTrainer(
                new ConsolidationTrainer.Terms(every, 2, 2, workers, 256, 5),
                CONFIG,
                new ScalarKernels(),
                Thread.ofPlatform().daemon().factory(),
                publisher);
    }

    private static boolean offer(final ConsolidationTrainer trainer, final SplittableRandom random) {
        final int topic = random.nextInt(CLASSES);
        final UnsafeBuffer text = new UnsafeBuffer(
                ("t" + topic + (char) ('a' + random.nextInt(9)) + " of all").getBytes(StandardCharsets.UTF_8));
        return trainer.offer(text, 0, text.capacity(), topic);
    }

    /** Digests of what was published. */
    private static List<Long> published(final int workers, final int poll) throws InterruptedException {
        final List<Long> digests = new ArrayList<>();
        try (ConsolidationTrainer trainer = trainer(100, workers, networks -> {
            for (final EmbeddingBagClassifier network : networks) {
                digests.add(network.digest());
            }
        })) {
            final SplittableRandom random = new SplittableRandom(3);
            for (int i = 1; i <= 230; i++) {
                assertThat(offer(trainer, random)).isTrue();
                if (i % poll == 0) {
                    trainer.doWork();
                }
            }
            trainer.finish();
            assertThat(trainer.isIdle()).isFalse();
            while (!trainer.isIdle()) {
                trainer.doWork();
            }
            assertThat(trainer.taken()).isEqualTo(230);
            assertThat(trainer.taught()).isEqualTo(230);
            assertThat(trainer.published()).isEqualTo(3);
        }
        return digests;
    }

    @Test
    void theSameTextsGiveTheSameNetworksWhateverTheNumberOfWorkers() throws InterruptedException {
        final List<Long> one = published(1, 50);

        assertThat(one).hasSize(6).doesNotHaveDuplicates();
        assertThat(published(2, 50)).isEqualTo(one);
        assertThat(published(2, 10)).isEqualTo(one);
    }

    @Test
    void aTrainerThatStallsIsNeverWaitedFor() throws Exception {
        final CountDownLatch stalled = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        try (ConsolidationTrainer trainer = trainer(20, 1, networks -> {
            stalled.countDown();
            try {
                release.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        })) {
            final SplittableRandom random = new SplittableRandom(4);
            for (int i = 0; i < 20; i++) {
                offer(trainer, random);
            }
            final Thread thread = Thread.ofPlatform().daemon().unstarted(() -> {
                try {
                    trainer.doWork();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            stalled.await();
            int refused = 0;
            for (int i = 0; i < 1_000; i++) {
                refused += offer(trainer, random) ? 0 : 1;
            }
            assertThat(refused).as("all but what the ring holds").isEqualTo(1_000 - 256);
            assertThat(trainer.dropped()).isEqualTo(refused);
            release.countDown();
            thread.join();
            assertThat(trainer.published()).isEqualTo(1);
        }
    }

    /** Asked again while it teaches since it was asked: what was offered between is taught too. */
    @Test
    void aRequestThatComesWhileOneIsAnsweredIsAnsweredToo() throws InterruptedException {
        final SplittableRandom random = new SplittableRandom(8);
        final List<Long> learnt = new ArrayList<>();
        final ConsolidationTrainer[] self = new ConsolidationTrainer[1];
        try (ConsolidationTrainer trainer = trainer(1_000, 1, networks -> {
            learnt.add(networks.getFirst().learnt());
            if (learnt.size() == 1) {
                offer(self[0], random);
                self[0].finish();
            }
        })) {
            self[0] = trainer;
            offer(trainer, random);
            trainer.finish();
            while (!trainer.isIdle()) {
                trainer.doWork();
            }
            assertThat(learnt).containsExactly(2L, 2 * 2L);
            assertThat(trainer.taught()).isEqualTo(2);
        }
    }

    @Test
    void whatCannotBePublishedIsCountedAndTaughtAgain() throws InterruptedException {
        final List<Long> learnt = new ArrayList<>();
        try (ConsolidationTrainer trainer = trainer(50, 1, networks -> {
            learnt.add(networks.getFirst().learnt());
            if (learnt.size() == 1) {
                throw new IllegalStateException("the engine has gone");
            }
        })) {
            final SplittableRandom random = new SplittableRandom(6);
            for (int i = 0; i < 100; i++) {
                offer(trainer, random);
                trainer.doWork();
            }
            assertThat(trainer.failures()).isEqualTo(1);
            assertThat(trainer.lastFailure()).isEqualTo("the engine has gone");
            assertThat(trainer.published()).isEqualTo(1);
            assertThat(learnt).containsExactly(2 * 50L, 2 * 100L);
        }
    }

    @Test
    void whatCannotBeTaughtIsCountedWithItsReasonAndNobodyWaitsForIt() throws InterruptedException {
        try (ConsolidationTrainer trainer = new ConsolidationTrainer(
                new ConsolidationTrainer.Terms(20, 2, 2, 1, 256, 5),
                CONFIG,
                new ScalarKernels(),
                work -> {
                    throw new IllegalStateException("no thread is left");
                },
                networks -> {
                    throw new AssertionError("there are no networks");
                })) {
            final SplittableRandom random = new SplittableRandom(7);
            for (int i = 0; i < 30; i++) {
                offer(trainer, random);
                trainer.doWork();
            }
            assertThat(trainer.failures()).as("not at every text behind it").isEqualTo(1);
            trainer.finish();
            while (!trainer.isIdle()) {
                trainer.doWork();
            }
            assertThat(trainer.failures()).isEqualTo(2);
            assertThat(trainer.lastFailure()).isEqualTo("no thread is left");
            assertThat(trainer.taught()).isZero();
        }
    }
}
