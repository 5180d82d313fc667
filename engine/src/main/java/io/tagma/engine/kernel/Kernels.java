package io.tagma.engine.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of the models, in one provider; stateless, so that shards on any number of threads may share it.
 *
 * <p>Guarantees of every provider:
 * <ol>
 *   <li>Results equal the scalar reference's to the last bit for all inputs; where that is NaN, it is some NaN.
 *   <li>Each output is summed in index order by fused multiply-adds, rounded to float after each.
 *   <li>No call allocates, locks or logs. Arguments are not checked beyond array bounds.
 * </ol>
 *
 * <p>AdaGrad is Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
 * JMLR 12, 2011, in its diagonal form.
 */
public interface Kernels {

    /** The provider's name as in configuration: {@code scalar}, {@code vector} or {@code cuda}. */
    String name();

    /** Who computes at which size, a line a kernel, where that was measured; else empty. */
    default List<String> calibration() {
        return List.of();
    }

    /** What failed on a device and is to be journaled; null for kernels that have none. */
    default @Nullable DeviceLog deviceLog() {
        return null;
    }

    /** The same provider's arithmetic of many rows at once. */
    RowKernels rows();

    /**
     * Scores of a sparse input: {@code out[c] = sum over j of values[j] * weight(rows[j], c)}, from zero, in order of j.
     *
     * @param table weights, {@code stride} outputs a row
     * @param rows row numbers of the active features, each below {@code table.rows()}
     * @param values their values
     * @param active how many of both count
     * @param out receives {@code table.stride()} scores; those behind {@code table.outputs()} are of padding
     */
    void sparseScores(WeightTable table, int[] rows, float[] values, int active, float[] out);

    /**
     * One AdaGrad step of every (row, output) whose gradient is not zero: with {@code g = gradient[c] * values[j]},
     * {@code G = fma(g, g, G)} and then {@code w = w - (eta * g) / sqrt(G + epsilon)}. Outputs with a gradient of exactly
     * zero are not touched.
     *
     * @param table weights and accumulators
     * @param rows row numbers of the active features, without repetition
     * @param values their values
     * @param active how many of both count
     * @param gradient of the loss by the scores, {@code table.stride()} long, zero in the padding
     * @param eta learning rate
     * @param epsilon added to the accumulator, above zero
     */
    void sparseAdaGrad(
            WeightTable table, int[] rows, float[] values, int active, float[] gradient, float eta, float epsilon);

    /**
     * Turns the first n scores into probabilities, in place: the maximum is subtracted, {@link FloatMath#exp} taken, the
     * sum formed in index order, each divided by it. NaN anywhere makes all of them NaN.
     */
    void softmax(float[] scores, int n);

    /** Inner product as one chain of fused multiply-adds in index order, from zero. */
    float dot(float[] w, float[] x, int n);

    /**
     * One AdaGrad step of a dense weight vector: {@code g = gradient * x[i]}, {@code g2[i] = fma(g, g, g2[i])} and
     * {@code w[i] = w[i] - (eta * g) / sqrt(g2[i])}. The accumulators must start above zero.
     */
    void adaGrad(float[] w, float[] g2, float[] x, int n, float gradient, float eta);

    /**
     * Scores of a dense input by several outputs: {@code out[o] = sum over i of x[i] * weights[i * stride + o]}, from
     * zero, in order of i.
     *
     * @param weights transposed, one row of {@code stride} floats per input
     * @param stride floats a row, at least {@code outputs}
     * @param x inputs
     * @param n how many inputs count
     * @param out receives {@code outputs} scores
     * @param outputs how many outputs
     */
    void denseScores(float[] weights, int stride, float[] x, int n, float[] out, int outputs);

    /** {@link FloatMath#exp} of the first n elements, in place. */
    void exp(float[] x, int n);

    /** {@link FloatMath#log} of the first n elements, in place. */
    void log(float[] x, int n);

    /** {@link FloatMath#sigmoid} of the first n elements, in place. */
    void sigmoid(float[] x, int n);
}
