package io.tagma.engine.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.kernel.KernelsProvider;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AdaGradSoftmaxClassifierTest {
    private static final String[][] TEXTS = {
        {"transfer money to my savings", "please move 50 dollars to checking", "send money to my brother"},
        {"what is the weather in rome", "will it rain tomorrow", "is it going to be sunny today"},
        {"play some jazz music", "put on the next song", "i want to hear rock music"}
    };

    private final IntentClassifierConfig config = IntentClassifierConfig.of(3);
    private final IntentClassifier classifier = classifier(config, "auto");

    private static IntentClassifier classifier(final IntentClassifierConfig config, final String kernels) {
        return new IntentModels()
                .create(
                        IntentModels.ADAGRAD_SOFTMAX,
                        config,
                        KernelsProvider.select(kernels).kernels());
    }

    private static UnsafeBuffer text(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void learnAll(final IntentClassifier classifier, final int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < TEXTS[0].length; i++) {
                for (int intent = 0; intent < TEXTS.length; intent++) {
                    learn(classifier, TEXTS[intent][i], intent);
                }
            }
        }
    }

    private static boolean learn(final IntentClassifier classifier, final String text, final int intent) {
        final UnsafeBuffer buffer = text(text);
        return classifier.learn(buffer, 0, buffer.capacity(), intent);
    }

    private int classify(final String text, final IntentPrior prior) {
        final UnsafeBuffer buffer = text(text);
        return classifier.classify(buffer, 0, buffer.capacity(), prior);
    }

    @Test
    void learnsFromAFewExamples() {
        learnAll(classifier, 3);

        assertThat(classify("move money to savings", IntentPrior.NONE)).isEqualTo(0);
        assertThat(classify("rain tomorrow in rome?", IntentPrior.NONE)).isEqualTo(1);
        assertThat(classify("play the next song", IntentPrior.NONE)).isEqualTo(2);
        float sum = 0f;
        for (int intent = 0; intent < 3; intent++) {
            sum += classifier.probability(intent);
        }
        assertThat(sum).isCloseTo(1f, within(1e-5f));
        assertThat(classifier.learnt()).isEqualTo(27);
    }

    @Test
    void whatFitsNothingIsOutOfScope() {
        learnAll(classifier, 3);

        classify("play some jazz music", IntentPrior.NONE);
        final float atHome = classifier.outOfScopeScore();
        classify("prime numbers below zero", IntentPrior.NONE);
        final float strange = classifier.outOfScopeScore();
        classify("", IntentPrior.NONE);
        final float empty = classifier.outOfScopeScore();

        assertThat(atHome).isBetween(0f, 0.5f);
        assertThat(strange).isBetween(atHome + 0.2f, 1f);
        assertThat(empty).isEqualTo(1f);
    }

    @Test
    void theSubjectsPastDecidesWhatTheTextLeavesOpen() {
        learnAll(classifier, 3);
        final float[] counts = {0f, Float.NaN, 40f};

        assertThat(classify("hello there", intent -> counts[intent])).isEqualTo(2);
        assertThat(classify("transfer money to my savings", intent -> counts[intent]))
                .isEqualTo(0);
        final float withPast = classifier.probability(2);
        classify("transfer money to my savings", IntentPrior.NONE);
        assertThat(withPast).isGreaterThan(classifier.probability(2));
    }

    @Test
    void theOutOfScopeClassIsNoHome() {
        final IntentClassifier four = classifier(IntentClassifierConfig.of(4).withOutOfScopeClass(3), "auto");
        learnAll(four, 3);
        for (int i = 0; i < 5; i++) {
            learn(four, "how many prime numbers are there", 3);
        }
        final UnsafeBuffer strange = text("how many prime numbers are there");

        assertThat(four.classify(strange, 0, strange.capacity())).isEqualTo(3);
        assertThat(four.outOfScopeScore()).isGreaterThan(0.9f);
    }

    @Test
    void explainsWithTheFeaturesThatWeighedMost() {
        learnAll(classifier, 3);
        final UnsafeBuffer text = text("play music");

        final List<FeatureWeight> features = classifier.explain(text, 0, text.capacity(), 2, 5);

        assertThat(features)
                .hasSize(5)
                .isSortedAccordingTo((a, b) -> Float.compare(b.contribution(), a.contribution()));
        assertThat(features).extracting(FeatureWeight::text).anyMatch(t -> t.contains("music"));
        assertThat(features).allMatch(feature -> feature.contribution() > 0f);
    }

    @Test
    void anIntentOutOfRangeIsCountedAndNotLearnt() {
        final long before = classifier.digest();

        assertThat(learn(classifier, "hello", 3)).isFalse();
        assertThat(learn(classifier, "hello", -1)).isFalse();
        assertThat(classifier.digest()).isEqualTo(before);
        assertThat(classifier.counters().rejected()).isEqualTo(2);
    }

    @Test
    void classifyingChangesNothing() {
        learnAll(classifier, 2);
        final long before = classifier.digest();

        classify("something never heard of", IntentPrior.NONE);
        final UnsafeBuffer text = text("play music");
        classifier.explain(text, 0, text.capacity(), 2, 5);

        assertThat(classifier.digest()).isEqualTo(before);
        assertThat(classifier.counters().classified()).isEqualTo(1);
    }

    @Test
    void equalHistoriesHaveEqualDigestsAndOthersOthers() {
        final IntentClassifier same = classifier(config, "scalar");
        final IntentClassifier swapped = classifier(config, "auto");
        final IntentClassifier shorter = classifier(config, "auto");
        learnAll(classifier, 2);
        learnAll(same, 2);
        learnAll(shorter, 2);
        learnAll(swapped, 1);
        learn(swapped, TEXTS[1][0], 1);
        learn(swapped, TEXTS[0][0], 0);
        learn(classifier, TEXTS[0][0], 0);
        learn(classifier, TEXTS[1][0], 1);
        learn(same, TEXTS[0][0], 0);
        learn(same, TEXTS[1][0], 1);

        assertThat(same.digest()).isEqualTo(classifier.digest());
        assertThat(swapped.digest()).isNotEqualTo(classifier.digest());
        assertThat(shorter.digest()).isNotEqualTo(classifier.digest());
    }

    @Test
    void aFullTableIgnoresNewFeaturesAndSaysSo() {
        final IntentClassifier small = classifier(config.withMaxFeatures(1_024), "auto");
        for (int i = 0; i < 400; i++) {
            learn(small, "word" + i * 7919 + " and number " + i, i % 3);
        }
        learnAll(small, 1);

        assertThat(small.counters().features()).isEqualTo(1_024);
        assertThat(small.counters().rows()).isLessThanOrEqualTo(1_024);
        assertThat(small.counters().ignoredFeatures()).isPositive();
        final UnsafeBuffer text = text("word0 and number 0");
        assertThat(small.classify(text, 0, text.capacity())).isBetween(0, 2);
    }

    @Test
    void badTextIsCountedAndNeverThrows() {
        final byte[] bytes = new byte[2_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        final UnsafeBuffer noise = new UnsafeBuffer(bytes);
        classifier.classify(noise, 0, bytes.length);
        classifier.learn(noise, 3, 1_900, 1);
        classifier.classify(noise, 0, 0);

        assertThat(classifier.counters().truncated()).isEqualTo(2);
        assertThat(classifier.counters().malformed()).isEqualTo(2);
    }

    @Test
    void rehearsesWhenLabelsRepeat() {
        final IntentClassifier none = classifier(config.withRehearsal(0), "auto");
        for (final IntentClassifier each : List.of(classifier, none)) {
            for (int intent = 0; intent < TEXTS.length; intent++) {
                for (int i = 0; i < 30; i++) {
                    learn(each, TEXTS[intent][i % 3] + " item" + i, intent);
                }
            }
        }

        assertThat(none.counters().rehearsed()).isZero();
        assertThat(classifier.counters().rehearsed()).isEqualTo(2 * 29);
        assertThat(classifier.learnt()).isEqualTo(90);
    }

    @Test
    void neitherClassifyNorLearnAllocates() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final UnsafeBuffer[][] texts = new UnsafeBuffer[TEXTS.length][];
        for (int intent = 0; intent < TEXTS.length; intent++) {
            texts[intent] = new UnsafeBuffer[TEXTS[intent].length];
            for (int i = 0; i < texts[intent].length; i++) {
                texts[intent][i] = text(TEXTS[intent][i]);
            }
        }
        final float[] counts = {1f, 2f, 3f};
        final IntentPrior prior = intent -> counts[intent];
        final long thread = Thread.currentThread().threadId();
        // The Vector API allocates until it is compiled: wait for a stretch that does not, for as long as that may
        // take.
        long allocated = Long.MAX_VALUE;
        for (int stretch = 0; stretch < 500 && allocated > 1_000; stretch++) {
            final long before = threads.getThreadAllocatedBytes(thread);
            exercise(texts, prior, 5_000);
            allocated = threads.getThreadAllocatedBytes(thread) - before;
        }

        assertThat(allocated).as("bytes in 5,000 steps").isLessThanOrEqualTo(1_000);
    }

    private void exercise(final UnsafeBuffer[][] texts, final IntentPrior prior, final int steps) {
        for (int step = 0; step < steps; step++) {
            final int intent = step % 5 == 4 ? 0 : step % 3;
            final UnsafeBuffer text = texts[intent][step % 3];
            classifier.classify(text, 0, text.capacity(), prior);
            classifier.outOfScopeScore();
            classifier.learn(text, 0, text.capacity(), intent);
            classifier.digest();
        }
    }

    @Test
    void settingsOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> IntentClassifierConfig.of(0)).hasMessageContaining("tagma.intent.classes");
        assertThatThrownBy(() -> config.withMaxFeatures(10)).hasMessageContaining("tagma.intent.maxFeatures");
        assertThatThrownBy(() -> config.withPrior(1f, 0f)).hasMessageContaining("tagma.intent.priorSmoothing");
        assertThatThrownBy(() -> config.withOutOfScopeClass(3)).hasMessageContaining("tagma.intent.outOfScopeClass");
    }
}
