package io.tagma.perf.kernel;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.kernel.WeightTable;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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

/** What it costs to classify a sentence, {@value #ACTIVE} active features of {@value #ROWS} against {@value #CLASSES} intents, and to learn one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the setup
public class SparseBenchmark {
    private static final int ACTIVE = 160;
    private static final int CLASSES = 150;
    private static final int ROWS = 20_000;
    private static final float ETA = 0.1f;
    private static final float EPSILON = 1e-6f;

    /** Which kernels. */
    @Param({"scalar", "vector"})
    public String kernel;

    private final int[] rows = new int[ACTIVE];
    private final float[] values = new float[ACTIVE];
    private final float[] scores = new float[CLASSES];
    private final float[] gradient = new float[CLASSES];
    private final SplittableRandom random = new SplittableRandom(1);
    private Kernels kernels;
    private WeightTable weights;

    /** Fills the table. */
    @Setup
    public void prepare() {
        kernels = KernelsProvider.select(kernel).kernels();
        weights = new WeightTable(CLASSES, ROWS);
        for (int i = 0; i < ROWS; i++) {
            weights.addRow();
        }
        for (int i = 0; i < ACTIVE; i++) {
            values[i] = (float) random.nextDouble();
        }
        for (int c = 0; c < CLASSES; c++) {
            gradient[c] = (float) random.nextDouble() - 0.5f;
        }
    }

    private void sentence() {
        for (int i = 0; i < ACTIVE; i++) {
            rows[i] = random.nextInt(ROWS);
        }
    }

    /** One sentence scored and turned into probabilities. */
    @Benchmark
    public float[] classify() {
        sentence();
        kernels.sparseScores(weights, rows, values, ACTIVE, scores);
        kernels.softmax(scores, CLASSES);
        return scores;
    }

    /** One sentence learnt. */
    @Benchmark
    public WeightTable learn() {
        sentence();
        kernels.sparseAdaGrad(weights, rows, values, ACTIVE, gradient, ETA, EPSILON);
        return weights;
    }
}
