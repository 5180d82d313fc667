package io.tagma.engine.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.kernel.ScalarKernels;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.LiveHook;
import io.tagma.engine.training.TextConsolidation;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import io.tagma.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hooks around a classifier of texts, beside a twin that never had one. */
class HookedTextTest {
    private static final int CLASSES = 6;
    private static final IntentClassifierConfig CONFIG =
            IntentClassifierConfig.of(CLASSES).withMaxFeatures(1 << 12);

    @TempDir
    private Path folder;

    private final IntentClassifier live = classifier();
    private final HookedText none = hooked(HookChain.NONE);
    private final IntentClassifier twin = classifier();

    private static IntentClassifier classifier() {
        return new AdaGradSoftmaxClassifier(CONFIG, new ScalarKernels());
    }

    private static TextHooks hooks() {
        return new TextHooks(CONFIG, new ScalarKernels(), new IntentModels());
    }

    private HookedText hooked(final HookChain chain) {
        return hooks().around(live, chain);
    }

    private static UnsafeBuffer text(final int topic, final SplittableRandom random) {
        final StringBuilder words = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            words.append("w").append(random.nextInt(3) == 0 ? random.nextInt(CLASSES) : topic);
            words.append((char) ('a' + random.nextInt(15))).append(' ');
        }
        return new UnsafeBuffer(words.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void teach(final HookedText hooked, final long seed, final int texts) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < texts; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            live.learn(text, 0, text.capacity(), i % CLASSES);
            hooked.learn(text, 0, text.capacity(), i % CLASSES);
            twin.learn(text, 0, text.capacity(), i % CLASSES);
        }
    }

    /** Texts of 100 for which any probability or the strangeness is another than the twin's. */
    private int different(final HookedText hooked) {
        final SplittableRandom random = new SplittableRandom(5);
        int different = 0;
        for (int i = 0; i < 100; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            final int said = hooked.classify(text, 0, text.capacity(), IntentPrior.NONE);
            boolean same = said == twin.classify(text, 0, text.capacity(), IntentPrior.NONE)
                    && hooked.outOfScopeScore() == twin.outOfScopeScore();
            float sum = 0f;
            for (int c = 0; c < CLASSES; c++) {
                same &= hooked.probability(c) == twin.probability(c);
                sum += hooked.probability(c);
            }
            assertThat(sum).isCloseTo(1f, within(1e-4f));
            different += same ? 0 : 1;
        }
        return different;
    }

    @ParameterizedTest
    @CsvSource({"blend:embedding-bag-mlp:0.4, true", "replace:embedding-bag-mlp, true", "shadow:adagrad-softmax, false"
    })
    void aHookChangesTheAnswersAndItsRemovalRestoresThemBitForBit(final String spec, final boolean changes) {
        teach(none, 1, 200);
        final LiveHook hook = hooks().make("trial", spec, folder);
        final HookedText around = hooked(HookChain.NONE.with(hook));
        teach(around, 2, 200);
        assertThat(different(around) > 50).isEqualTo(changes);
        assertThat(hook.examples()).isEqualTo(200);
        assertThat(hook.right()).isBetween(50L, 200L);

        assertThat(different(none)).isZero();
        assertThat(live.digest()).isEqualTo(twin.digest());
    }

    @Test
    void aHookGoesOnFromASnapshot() {
        teach(none, 1, 100);
        final LiveHook hook = hooks().make("trial", "blend:embedding-bag-mlp:0.5", folder);
        teach(hooked(HookChain.NONE.with(hook)), 2, 200);
        final Path file = folder.resolve("hook");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            hook.write(out);
            out.commit();
        }
        final LiveHook other = hooks().make("trial", "blend:embedding-bag-mlp:0.5", folder);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            other.read(in);
        }

        assertThat(other.digest()).isEqualTo(hook.digest());
        assertThat(other.right()).isEqualTo(hook.right());
        final HookedText one = hooked(HookChain.NONE.with(hook));
        final HookedText two = hooked(HookChain.NONE.with(other));
        final SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 50; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            assertThat(two.classify(text, 0, text.capacity(), IntentPrior.NONE))
                    .isEqualTo(one.classify(text, 0, text.capacity(), IntentPrior.NONE));
            assertThat(two.probability(i % CLASSES)).isEqualTo(one.probability(i % CLASSES));
        }
    }

    private List<EmbeddingBagClassifier> networks() throws InterruptedException {
        final TextConsolidation consolidation = new TextConsolidation(CONFIG, new ScalarKernels(), 4, 2, 1);
        final SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 300; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            consolidation.keep(text, 0, text.capacity(), i % CLASSES);
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
            return consolidation.networks(workers);
        }
    }

    @Test
    void networksFromAFileAnswerAsTheyDidAndLearnNothing() throws InterruptedException {
        teach(none, 1, 60);
        final List<EmbeddingBagClassifier> taught = networks();
        final String sha256 = PublishedNetworks.write(folder, CONFIG, taught);
        final LiveHook hook = hooks().make("published", TextHooks.PUBLISHED + sha256, folder);
        final HookedText published = hooked(HookChain.NONE.with(hook));
        teach(published, 2, 60);

        final BlendedClassifier three =
                new BlendedClassifier(CONFIG, new ScalarKernels(), List.of(live, taught.getFirst(), taught.getLast()));
        final SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 100; i++) {
            final UnsafeBuffer text = text(i % CLASSES, random);
            assertThat(published.classify(text, 0, text.capacity(), IntentPrior.NONE))
                    .isEqualTo(three.classify(text, 0, text.capacity()));
            for (int c = 0; c < CLASSES; c++) {
                assertThat(published.probability(c)).isCloseTo(three.probability(c), within(1e-5f));
            }
        }
        assertThat(hook.examples()).isZero();
    }

    @Test
    void whatCannotBePutIsNamed() throws Exception {
        assertThatThrownBy(() -> hooks().make("a", "mask:1", folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'mask:1' changes numeric features")
                .hasMessageContaining("embedding-bag-mlp");
        assertThatThrownBy(() -> hooks().make("a", "shadow:oracle", folder)).hasMessageContaining("oracle");
        assertThatThrownBy(() -> hooks().make("a", "published:12", folder)).hasMessageContaining("64 hexadecimal");
        assertThatThrownBy(() -> hooks().make("a", "published:" + "0".repeat(64), folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("0.model is missing");
        final String sha256 = PublishedNetworks.write(folder, CONFIG, networks());
        final TextHooks others =
                new TextHooks(IntentClassifierConfig.of(CLASSES + 1), new ScalarKernels(), new IntentModels());
        assertThatThrownBy(() -> others.make("a", "published:" + sha256, folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another shape");
        final Path file = folder.resolve(sha256 + ".model");
        final byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> hooks().make("a", "published:" + sha256, folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");
    }
}
