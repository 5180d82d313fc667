package io.tagma.engine.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.kernel.ScalarKernels;
import io.tagma.engine.training.TextConsolidation;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network, blends and consolidation over texts of six classes with words of their own. */
class EmbeddingBagClassifierTest {
    private static final int CLASSES = 6;
    private static final IntentClassifierConfig CONFIG =
            IntentClassifierConfig.of(CLASSES).withMaxFeatures(1 << 13);

    private static UnsafeBuffer text(final int topic, final SplittableRandom random) {
        final StringBuilder words = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            words.append("w").append(random.nextInt(4) == 0 ? random.nextInt(CLASSES) : topic);
            words.append((char) ('a' + random.nextInt(15))).append(' ');
        }
        return new UnsafeBuffer(words.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void teach(final IntentClassifier classifier, final long seed, final int texts) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < texts; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            classifier.learn(text, 0, text.capacity(), i % CLASSES);
        }
    }

    private static int right(final IntentClassifier classifier, final int texts) {
        final SplittableRandom random = new SplittableRandom(99);
        int right = 0;
        for (int i = 0; i < texts; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            right += classifier.classify(text, 0, text.capacity()) == i % CLASSES ? 1 : 0;
        }
        return right;
    }

    private static void assertSame(final IntentClassifier one, final IntentClassifier other) {
        final SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 100; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            assertThat(other.classify(text, 0, text.capacity())).isEqualTo(one.classify(text, 0, text.capacity()));
            for (int c = 0; c < CLASSES; c++) {
                assertThat(other.probability(c)).isEqualTo(one.probability(c));
            }
            assertThat(other.outOfScopeScore()).isEqualTo(one.outOfScopeScore());
            one.learn(text, 0, text.capacity(), i % CLASSES);
            other.learn(text, 0, text.capacity(), i % CLASSES);
            assertThat(other.digest()).isEqualTo(one.digest());
        }
    }

    @Test
    void learnsOnlineAndUsesThePast() {
        final IntentClassifier network = new EmbeddingBagClassifier(CONFIG, new ScalarKernels());
        teach(network, 1, 1_200);

        assertThat(right(network, 300)).isGreaterThan(255);
        final UnsafeBuffer nothing = new UnsafeBuffer("zzz".getBytes(StandardCharsets.UTF_8));
        assertThat(network.classify(nothing, 0, 3, intent -> intent == 4 ? 50f : 0f))
                .isEqualTo(4);
        final UnsafeBuffer clear = new UnsafeBuffer("w2a w2b w2c w2d".getBytes(StandardCharsets.UTF_8));
        assertThat(network.explain(clear, 0, clear.capacity(), 2, 3)).hasSize(3);
        assertThat(network.outOfScopeScore()).isBetween(0f, 1f);
    }

    @Test
    void goesOnFromASnapshot(@TempDir final Path folder) {
        final BlendedClassifier one = blend();
        teach(one, 2, 300);
        final Path file = folder.resolve("blend");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            one.save(out);
            out.commit();
        }
        final BlendedClassifier other = blend();
        try (SnapshotReader in = SnapshotReader.open(file)) {
            other.load(in);
        }

        assertSame(one, other);
    }

    private static BlendedClassifier blend() {
        final ScalarKernels kernels = new ScalarKernels();
        return new BlendedClassifier(
                CONFIG,
                kernels,
                List.of(new AdaGradSoftmaxClassifier(CONFIG, kernels), new EmbeddingBagClassifier(CONFIG, kernels, 3)));
    }

    @Test
    void consolidationIsTheSameWithAnyNumberOfWorkers() throws InterruptedException {
        assertSame(consolidated(1), consolidated(3));
        assertThat(right(consolidated(2), 300)).isGreaterThan(255);
    }

    private static IntentClassifier consolidated(final int workers) throws InterruptedException {
        final TextConsolidation consolidation = new TextConsolidation(CONFIG, new ScalarKernels(), 2, 2, 11);
        final SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 600; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            assertThat(consolidation.keep(text, 0, text.capacity(), i % CLASSES))
                    .isTrue();
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            return consolidation.consolidate(pool);
        }
    }

    @Test
    void whatCannotWorkIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlendedClassifier(CONFIG, new ScalarKernels(), List.of()))
                .withMessageContaining("at least one member");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextConsolidation(CONFIG, new ScalarKernels(), 0, 2, 1))
                .withMessageContaining("0, 2");
    }
}
