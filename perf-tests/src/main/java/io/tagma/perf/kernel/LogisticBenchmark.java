package io.tagma.perf.kernel;

import io.tagma.tools.fraud.FraudFeatures;
import io.tagma.tools.fraud.OnlineLogistic;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one online logistic model over {@value FraudFeatures#BASE_LENGTH} features costs: a score, and an outcome learnt. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LogisticBenchmark {
    private static final int EXAMPLES = 1024;

    private final OnlineLogistic model = new OnlineLogistic(FraudFeatures.BASE_NAMES);
    private final float[] features = new float[EXAMPLES * FraudFeatures.BASE_LENGTH];
    private int next;

    /** Draws examples and learns each once. */
    @Setup
    public void learnAll() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble();
        }
        for (int i = 0; i < EXAMPLES; i++) {
            learn();
        }
    }

    private int example() {
        next = (next + 1) & (EXAMPLES - 1);
        return next * FraudFeatures.BASE_LENGTH;
    }

    /** One score. */
    @Benchmark
    public float score() {
        return model.score(features, example());
    }

    /** One outcome. */
    @Benchmark
    public OnlineLogistic learn() {
        final int example = example();
        model.learn(features, example, features[example] > 0.9f ? 1f : 0f);
        return model;
    }
}
