package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;

/**
 * Multinomial logistic regression over standardised inputs, whose weights each have a step of their own. Owned by one thread.
 *
 * <p>Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 12, 2011:
 * w -= eta g / sqrt(G), G the sum of g squared. Memory: 16 bytes a class and input.
 */
final class SoftmaxAdaGrad extends AbstractModel implements AdjustableModel {
    static final double ETA = 0.1;
    static final double G_START = 1e-4;

    private final double rate;
    private final double start;
    private final double[] weights;
    private final double[] squares;
    private final double[] z;
    private final double[] margins;
    private double eta;

    @SuppressWarnings("unused") // nothing is random in it
    SoftmaxAdaGrad(final ModelType type, final ModelSchema schema, final long seed) {
        this(type, schema, ETA, G_START);
    }

    /** With another learning rate and another start of the sums of squares. */
    SoftmaxAdaGrad(final ModelType type, final ModelSchema schema, final double eta, final double start) {
        super(type, schema);
        rate = eta;
        this.eta = eta;
        this.start = start;
        z = new double[inputs + 1];
        z[inputs] = 1;
        weights = new double[classes * z.length];
        squares = new double[classes * z.length];
        Arrays.fill(squares, start);
        margins = new double[classes];
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        moments.standardise(x, z);
        for (int c = 0; c < classes; c++) {
            probabilities[c] = dot(weights, c * z.length, z);
        }
        softmax(probabilities);
    }

    @Override
    void update(final double[] x, final int label) {
        score(x, margins);
        for (int c = 0; c < classes; c++) {
            final double error = margins[c] - (c == label ? 1 : 0);
            final int row = c * z.length;
            for (int i = 0; i < z.length; i++) {
                final double gradient = error * z[i];
                squares[row + i] += gradient * gradient;
                weights[row + i] -= eta * gradient / Math.sqrt(squares[row + i]);
            }
        }
    }

    @Override
    public void rate(final float factor) {
        eta = factor * rate;
    }

    @Override
    public void forgetSteps() {
        Arrays.fill(squares, start);
    }

    @Override
    void writeState(final SnapshotWriter out) {
        Bits.put(out, weights);
        Bits.put(out, squares);
    }

    @Override
    void readState(final SnapshotReader in) {
        Bits.get(in, weights);
        Bits.get(in, squares);
    }
}
