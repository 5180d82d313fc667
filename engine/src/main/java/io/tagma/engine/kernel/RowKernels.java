package io.tagma.engine.kernel;

/**
 * The arithmetic of many rows at once, outside the heap, in one provider; stateless, any thread.
 *
 * <p>Guarantees of every provider:
 * <ol>
 *   <li>Results equal the scalar reference's to the last bit for all inputs; where that is NaN, it is some NaN.
 *   <li>A score of a layer is one chain of fused multiply-adds in the order of the inputs, from the bias; it does not depend on which
 *       rows are scored with it.
 *   <li>A similarity is {@link #CHAINS} chains, of elements 0, 16, 32 and so on, of 1, 17, 33 and so on, each by fused multiply-adds from
 *       zero, added as a tree: 0 and 8, 1 and 9 up to 7 and 15; then those 4 apart, 2 apart, 1 apart.
 *   <li>What lies behind a layer's outputs, up to its stride, is computed as outputs are and is thus the same everywhere too; it is no part of
 *       a softmax. What lies behind a row's dimension, or behind the layer's stride in a row of scores, is not touched.
 *   <li>No call allocates, locks or logs.
 * </ol>
 *
 * <p>All throw {@link IllegalArgumentException} naming both sides where shapes do not match, and {@link IllegalStateException} where an
 * arena is closed; nothing is done then.
 */
public interface RowKernels {
    /** Chains of a similarity. */
    int CHAINS = 16;

    /** Where this provider keeps layers and rows in memory of its own; {@link Residents#NONE} where it works on those of the caller. */
    default Residents residents() {
        return Residents.NONE;
    }

    /**
     * Scores: {@code out[b][c] = bias[c] + sum over d of x[b][d] * weight(d, c)}.
     *
     * @param layer D inputs, C outputs
     * @param x rows of D floats
     * @param count rows of x that count, B, 0 or more
     * @param out receives B rows of C scores; its stride is not below the layer's, to which scores are written
     */
    void denseScores(DenseLayer layer, FloatRows x, int count, FloatRows out);

    /** {@link #denseScores}, each row then turned into probabilities as by {@link Kernels#softmax}. */
    void denseSoftmax(DenseLayer layer, FloatRows x, int count, FloatRows out);

    /**
     * One AdaGrad step of a layer for a batch: {@code G = sum over b of x[b][d] * gradients[b][c]} in the order of the rows, by fused
     * multiply-adds from zero; {@code g2 = fma(G, G, g2)}; {@code w = w - (eta * G) / sqrt(g2 + epsilon)}. The bias moves as for an input of
     * 1. Duchi, Hazan and Singer, JMLR 12, 2011.
     *
     * @param gradients of the loss by the scores, B rows of C, with the layer's stride or more, zero in the padding
     * @param eta learning rate
     * @param epsilon added to the accumulator, above zero
     */
    void adaGrad(DenseLayer layer, FloatRows x, FloatRows gradients, int count, float eta, float epsilon);

    /**
     * Decays rows and adds to them: {@code rows[at[j]][i] = fma(rows[at[j]][i], decay[j], increments[j][i])}.
     *
     * @param rows that change
     * @param at which of them, without repetition
     * @param decay a factor a row
     * @param increments as many rows as change, of the same dimension
     * @param count how many change, 0 or more
     */
    void decayAdd(FloatRows rows, int[] at, float[] decay, FloatRows increments, int count);

    /**
     * The rows that are most like a query, by the inner product.
     *
     * @param rows all that are compared
     * @param count how many of them, from the first
     * @param query D floats
     * @param best emptied, then receives the best
     */
    void topK(FloatRows rows, int count, float[] query, TopK best);

    /**
     * The same by the cosine: the inner product divided by {@code sqrt(query * query) * sqrt(row * row)}; 0 where that product is 0.
     */
    void topKCosine(FloatRows rows, int count, float[] query, TopK best);
}
