package io.tagma.engine.model;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Logistic regression, one class against the rest, with a covariance over its weights: a Kalman filter whose state drifts. A
 * second-order learner; owned by one thread.
 *
 * <p>McCormick, Raftery, Madigan and Burd, "Dynamic logistic regression and dynamic model averaging for binary classification",
 * Biometrics 68, 2012: before each step the covariance grows by 1 / lambda, so that an example fades with a time constant of
 * 1 / (1 - lambda). Probabilities are moderated by the uncertainty of the margin (MacKay, "The evidence framework applied to
 * classification networks", Neural Computation 4, 1992). With two classes one filter serves both. Time and memory are quadratic in
 * the inputs: 8 bytes a pair.
 */
final class DynamicLogistic extends AbstractModel {
    static final double LAMBDA = 0.9995;
    static final double PRIOR_VARIANCE = 0.1;

    // A direction that no example excites would grow for ever.
    private static final double MAX_TRACE_PER_WEIGHT = 1;

    private final int size;
    private final double lambda;
    private final double[][] weights;
    private final double[][] covariance;
    private final double[] z;
    private final double[] gain;

    @SuppressWarnings("unused") // nothing is random in it
    DynamicLogistic(final ModelType type, final ModelSchema schema, final long seed) {
        this(type, schema, LAMBDA, PRIOR_VARIANCE);
    }

    /** With another forgetting and another variance of the weights before anything is known. */
    DynamicLogistic(final ModelType type, final ModelSchema schema, final double lambda, final double variance) {
        super(type, schema);
        this.lambda = lambda;
        size = inputs + 1;
        z = new double[size];
        z[inputs] = 1;
        gain = new double[size];
        final int filters = classes == 2 ? 1 : classes;
        weights = new double[filters][size];
        covariance = new double[filters][size * size];
        for (final double[] matrix : covariance) {
            for (int i = 0; i < size; i++) {
                matrix[i * size + i] = variance;
            }
        }
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        moments.standardise(x, z);
        for (int f = 0; f < weights.length; f++) {
            final double spread = multiply(covariance[f]);
            final double moderation = 1 / Math.sqrt(1 + Math.PI / 8 * spread);
            probabilities[f] = FloatMath.sigmoid((float) (moderation * dot(weights[f], 0, z)));
        }
        if (classes == 2) {
            probabilities[1] = 1 - probabilities[0];
        } else {
            normalise(probabilities);
        }
    }

    @Override
    void update(final double[] x, final int label) {
        moments.standardise(x, z);
        for (int f = 0; f < weights.length; f++) {
            step(weights[f], covariance[f], label == f ? 1 : 0);
        }
    }

    private void step(final double[] w, final double[] matrix, final int target) {
        final double spread = multiply(matrix);
        final double p = FloatMath.sigmoid((float) dot(w, 0, z));
        final double information = Math.max(p * (1 - p), 1e-6);
        final double shrink = information / (1 + information * spread);
        // (P - shrink P z z' P) z = P z (1 - shrink spread)
        final double rate = (target - p) * (1 - shrink * spread);
        double trace = 0;
        for (int i = 0; i < size; i++) {
            w[i] += rate * gain[i];
            final double scaled = shrink * gain[i];
            final int row = i * size;
            for (int j = 0; j < size; j++) {
                matrix[row + j] -= scaled * gain[j];
            }
            trace += matrix[row + i];
        }
        if (trace < MAX_TRACE_PER_WEIGHT * size) {
            for (int i = 0; i < matrix.length; i++) {
                matrix[i] *= 1 / lambda;
            }
        }
    }

    /** Leaves P z in {@link #gain}; returns z' P z. */
    private double multiply(final double[] matrix) {
        double spread = 0;
        for (int i = 0; i < size; i++) {
            gain[i] = dot(matrix, i * size, z);
            spread = Math.fma(gain[i], z[i], spread);
        }
        return spread;
    }

    @Override
    void writeState(final SnapshotWriter out) {
        for (int f = 0; f < weights.length; f++) {
            Bits.put(out, weights[f]);
            Bits.put(out, covariance[f]);
        }
    }

    @Override
    void readState(final SnapshotReader in) {
        for (int f = 0; f < weights.length; f++) {
            Bits.get(in, weights[f]);
            Bits.get(in, covariance[f]);
        }
    }
}
