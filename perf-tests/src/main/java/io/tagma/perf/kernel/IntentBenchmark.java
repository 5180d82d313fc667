package io.tagma.perf.kernel;

import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.intent.IntentModels;
import io.tagma.engine.intent.IntentPrior;
import io.tagma.engine.kernel.KernelsProvider;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A text of eight words classified among 150 intents, and learnt. The words are made up: 3,000 of three to eight letters, each
 * intent with forty of its own, so that no data set is needed; features a text are as many as in real utterances of 40 characters.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IntentBenchmark {
    private static final int INTENTS = 150;
    private static final int TEXTS = 1 << 13;
    private static final int WORDS = 3_000;
    private static final int OWN_WORDS = 40;
    private static final int WORDS_A_TEXT = 8;

    /** Provider. */
    @Param({"scalar", "vector"})
    public String provider = "";

    private final UnsafeBuffer[] texts = new UnsafeBuffer[TEXTS];
    private final int[] intents = new int[TEXTS];
    private final float[] past = new float[INTENTS];
    private final IntentPrior prior = intent -> past[intent];
    private IntentClassifier classifier = classifier("scalar");
    private int next;

    private static IntentClassifier classifier(final String provider) {
        return new IntentModels()
                .create(
                        IntentModels.ADAGRAD_SOFTMAX,
                        IntentClassifierConfig.of(INTENTS),
                        KernelsProvider.select(provider).kernels());
    }

    /** Makes the texts and teaches each once. */
    @Setup
    public void teach() {
        final SplittableRandom random = new SplittableRandom(7);
        final String[] words = new String[WORDS];
        for (int i = 0; i < WORDS; i++) {
            final StringBuilder word = new StringBuilder();
            for (int length = 3 + random.nextInt(6); length > 0; length--) {
                // The smaller of two draws: letters are as unequal as in language, and so n-grams recur.
                word.append((char) ('a' + Math.min(random.nextInt(26), random.nextInt(26))));
            }
            words[i] = word.toString();
        }
        classifier = classifier(provider);
        for (int i = 0; i < TEXTS; i++) {
            intents[i] = random.nextInt(INTENTS);
            final StringBuilder text = new StringBuilder();
            for (int w = 0; w < WORDS_A_TEXT; w++) {
                final boolean own = random.nextInt(3) > 0;
                text.append(words[own ? (intents[i] * 17 + random.nextInt(OWN_WORDS)) % WORDS : random.nextInt(WORDS)])
                        .append(' ');
            }
            texts[i] = new UnsafeBuffer(text.toString().getBytes(StandardCharsets.UTF_8));
            classifier.learn(texts[i], 0, texts[i].capacity(), intents[i]);
            past[intents[i]]++;
        }
    }

    private UnsafeBuffer nextText() {
        next = (next + 1) & (TEXTS - 1);
        return texts[next];
    }

    /** By the text alone. */
    @Benchmark
    public int classify() {
        final UnsafeBuffer text = nextText();
        return classifier.classify(text, 0, text.capacity());
    }

    /** With the subject's past and the out-of-scope score. */
    @Benchmark
    public float classifyInContext() {
        final UnsafeBuffer text = nextText();
        return classifier.classify(text, 0, text.capacity(), prior) + classifier.outOfScopeScore();
    }

    /** One learning step. */
    @Benchmark
    public boolean learn() {
        final UnsafeBuffer text = nextText();
        return classifier.learn(text, 0, text.capacity(), intents[next]);
    }
}
