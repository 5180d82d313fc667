package io.tagma.engine.model;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Logistic regression, one class against the rest, that follows the proximally regularised leader. Owned by one thread.
 *
 * <p>McMahan and others, "Ad click prediction: a view from the trenches", KDD 2013, algorithm 1, over standardised inputs: weights
 * whose evidence stays below L1 are exactly zero. Memory: 24 bytes a class and input.
 */
final class FtrlProximal extends AbstractModel {
    static final double ALPHA = 0.1;
    static final double BETA = 1;
    static final double L1 = 0.5;
    static final double L2 = 0.1;

    private final double alpha;
    private final double beta;
    private final double l1;
    private final double l2;
    private final double[] leader;
    private final double[] squares;
    private final double[] weights;
    private final double[] z;

    @SuppressWarnings("unused") // nothing is random in it
    FtrlProximal(final ModelType type, final ModelSchema schema, final long seed) {
        this(type, schema, ALPHA, BETA, L1, L2);
    }

    /** With other settings, as the paper names them. */
    FtrlProximal(
            final ModelType type,
            final ModelSchema schema,
            final double alpha,
            final double beta,
            final double l1,
            final double l2) {
        super(type, schema);
        this.alpha = alpha;
        this.beta = beta;
        this.l1 = l1;
        this.l2 = l2;
        z = new double[inputs + 1];
        z[inputs] = 1;
        leader = new double[classes * z.length];
        squares = new double[classes * z.length];
        weights = new double[classes * z.length];
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        moments.standardise(x, z);
        for (int c = 0; c < classes; c++) {
            probabilities[c] = FloatMath.sigmoid((float) dot(weights, c * z.length, z));
        }
        normalise(probabilities);
    }

    @Override
    void update(final double[] x, final int label) {
        moments.standardise(x, z);
        for (int c = 0; c < classes; c++) {
            final int row = c * z.length;
            final double error = FloatMath.sigmoid((float) dot(weights, row, z)) - (c == label ? 1 : 0);
            for (int i = 0; i < z.length; i++) {
                step(row + i, error * z[i]);
            }
        }
    }

    private void step(final int at, final double gradient) {
        final double squared = squares[at] + gradient * gradient;
        final double sigma = (Math.sqrt(squared) - Math.sqrt(squares[at])) / alpha;
        leader[at] += gradient - sigma * weights[at];
        squares[at] = squared;
        weights[at] = weight(leader[at], squared);
    }

    private double weight(final double leader, final double squared) {
        if (Math.abs(leader) <= l1) {
            return 0;
        }
        return -(leader - Math.copySign(l1, leader)) / ((beta + Math.sqrt(squared)) / alpha + l2);
    }

    @Override
    void writeState(final SnapshotWriter out) {
        Bits.put(out, leader);
        Bits.put(out, squares);
    }

    @Override
    void readState(final SnapshotReader in) {
        Bits.get(in, leader);
        Bits.get(in, squares);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weight(leader[i], squares[i]);
        }
    }
}
