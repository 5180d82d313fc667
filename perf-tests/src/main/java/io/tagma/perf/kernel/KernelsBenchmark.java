package io.tagma.perf.kernel;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.kernel.WeightTable;
import java.util.Arrays;
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

/**
 * Each kernel at the size of its use: 160 active features of 20,000 by 150 intents, and a model of 15 features. Every call takes
 * other rows, so that the weights come from the outer caches as they do in life.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelsBenchmark {
    private static final int INTENTS = 150;
    private static final int ROWS = 20_000;
    private static final int ACTIVE = 160;
    private static final int INPUTS = 64;
    private static final int DENSE = 15;

    /** Provider. */
    @Param({"scalar", "vector"})
    public String provider = "";

    private final WeightTable table = new WeightTable(INTENTS, ROWS);
    private final int[][] rows = new int[INPUTS][];
    private final float[] values = new float[ACTIVE];
    private final float[] scores = new float[table.stride()];
    private final float[] fewGradients = new float[table.stride()];
    private final float[] allGradients = new float[table.stride()];
    private final float[] dense = new float[DENSE];
    private final float[] weights = new float[DENSE];
    private final float[] accumulators = new float[DENSE];
    private Kernels kernels = KernelsProvider.select("scalar").kernels();
    private int next;

    /** Fills everything with seeded numbers. */
    @Setup
    public void fill() {
        kernels = KernelsProvider.select(provider).kernels();
        final SplittableRandom random = new SplittableRandom(1);
        for (int row = 0; row < ROWS; row++) {
            table.addRow();
        }
        for (int i = 0; i < INPUTS; i++) {
            rows[i] = random.ints(0, ROWS).distinct().limit(ACTIVE).toArray();
        }
        Arrays.fill(values, 0.08f);
        Arrays.fill(dense, 0.3f);
        Arrays.fill(accumulators, 1e-4f);
        for (int c = 0; c < INTENTS; c++) {
            allGradients[c] = (float) random.nextDouble() - 0.5f;
            fewGradients[c] = c % 37 == 0 ? allGradients[c] : 0f;
        }
        for (int i = 0; i < INPUTS; i++) {
            kernels.sparseAdaGrad(table, rows[i], values, ACTIVE, allGradients, 0.5f, 1e-4f);
        }
    }

    private int[] nextRows() {
        next = (next + 1) & (INPUTS - 1);
        return rows[next];
    }

    /** Scores of one text. */
    @Benchmark
    public float[] sparseScores() {
        kernels.sparseScores(table, nextRows(), values, ACTIVE, scores);
        return scores;
    }

    /** A learning step that moves 5 intents of 150, as most do. */
    @Benchmark
    public void sparseAdaGradFew() {
        kernels.sparseAdaGrad(table, nextRows(), values, ACTIVE, fewGradients, 0.5f, 1e-4f);
    }

    /** A learning step that moves all intents. */
    @Benchmark
    public void sparseAdaGradAll() {
        kernels.sparseAdaGrad(table, nextRows(), values, ACTIVE, allGradients, 0.5f, 1e-4f);
    }

    /** Probabilities of 150 intents. */
    @Benchmark
    public float[] softmax() {
        System.arraycopy(allGradients, 0, scores, 0, INTENTS);
        kernels.softmax(scores, INTENTS);
        return scores;
    }

    /** Score of one model of 15 features. */
    @Benchmark
    public float dot() {
        return kernels.dot(weights, dense, DENSE);
    }

    /** Learning step of one model of 15 features. */
    @Benchmark
    public float[] adaGrad() {
        kernels.adaGrad(weights, accumulators, dense, DENSE, 0.01f, 0.1f);
        return weights;
    }
}
