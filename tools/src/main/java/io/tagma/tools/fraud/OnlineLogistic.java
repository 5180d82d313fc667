package io.tagma.tools.fraud;

import java.util.Arrays;
import java.util.List;

/**
 * A logistic regression that learns from one example at a time and standardises its features as it goes. Owned by one
 * thread.
 *
 * <p>Features are centred and scaled by running moments (exact over the first 8,192 examples, exponentially weighted
 * over about as many from then on) and clipped at 6 standard deviations. Weights move by AdaGrad (Duchi, Hazan and
 * Singer, 2011) on the log-loss. Moments move slowly, and roots and quotients are dear: scales are brought up to date
 * at every 16th example only. Scores are log-odds: {@link FraudMath#sigmoid} of one is a probability.
 *
 * <p>Guarantees: (1) every result is a function of the examples in their order, bit for bit on every machine: float,
 * fused multiply-adds, each sum one chain in the order of the features; (2) scoring changes nothing; (3) nothing is
 * allocated after construction. Features must be finite: a NaN would stay in the weights.
 *
 * <p>What is state is in arrays of its own rather than in slices of one, because C2 vectorises a loop over several
 * arrays only if it can tell that they do not overlap; the sums and the clipping are better left scalar at a dozen
 * features.
 */
public final class OnlineLogistic {
    private static final float CLIP = 6f;
    private static final float FIRST_BIAS = -4f; // about 2 % fraud, until outcomes say otherwise
    private static final float LEARNING_RATE = 0.2f;
    private static final int LONGEST_MEMORY = 8192;
    private static final int RESCALE_EVERY = 16; // divides LONGEST_MEMORY
    private static final int RESCALE_ALWAYS_BELOW = 1024;
    private static final float VARIANCE_FLOOR = 1e-8f;
    private static final int ARRAYS = 5;
    private static final int SCALARS = 3;

    private final int length;
    private final List<String> names;
    private final float[] weight;
    private final float[] gradient2;
    private final float[] mean;
    private final float[] variance;
    private final float[] scale;
    private final float[] z;
    private float bias = FIRST_BIAS;
    private float biasGradient2 = 1f;
    private int learnt;

    /** Creates a model that knows nothing, with one weight for each named feature. */
    public OnlineLogistic(final List<String> names) {
        this.names = List.copyOf(names);
        length = names.size();
        weight = new float[length];
        gradient2 = new float[length];
        mean = new float[length];
        variance = new float[length];
        scale = new float[length];
        z = new float[length];
        Arrays.fill(gradient2, 1f);
    }

    /** Returns the log-odds of fraud for the features {@code x[offset ...]}. */
    public float score(final float[] x, final int offset) {
        float sum = bias;
        for (int i = 0; i < length; i++) {
            sum = Math.fma(weight[i], standardised(x[offset + i], i), sum);
        }
        return sum;
    }

    /**
     * Learns that the features {@code x[offset ...]}, as they were at the decision, turned out as {@code label}.
     *
     * @param label 1 for fraud, 0 for honest
     */
    public void learn(final float[] x, final int offset, final float label) {
        // The count ends in a circle from 8,192 to 16,383: all that depends on it is the rate and the remainder below.
        learnt = learnt + 1 < 2 * LONGEST_MEMORY ? learnt + 1 : LONGEST_MEMORY;
        moments(x, offset, 1f / Math.min(learnt, LONGEST_MEMORY));
        if (learnt % RESCALE_EVERY == 0 || learnt < RESCALE_ALWAYS_BELOW) {
            rescale();
        }
        descend(FraudMath.sigmoid(standardise(x, offset)) - label);
    }

    private float standardised(final float x, final int i) {
        final float zi = (x - mean[i]) * scale[i];
        return zi > CLIP ? CLIP : zi < -CLIP ? -CLIP : zi;
    }

    // West 1979, with a rate that stops falling: the moments follow a stream that drifts.
    private void moments(final float[] x, final int offset, final float rate) {
        for (int i = 0; i < length; i++) {
            final float xi = x[offset + i];
            final float delta = xi - mean[i];
            final float moved = Math.fma(rate, delta, mean[i]);
            mean[i] = moved;
            variance[i] = Math.fma(rate, Math.fma(delta, xi - moved, -variance[i]), variance[i]);
        }
    }

    private void rescale() {
        for (int i = 0; i < length; i++) {
            scale[i] = 1f / (float) Math.sqrt(variance[i] + VARIANCE_FLOOR);
        }
    }

    private float standardise(final float[] x, final int offset) {
        float sum = bias;
        for (int i = 0; i < length; i++) {
            final float zi = standardised(x[offset + i], i);
            z[i] = zi;
            sum = Math.fma(weight[i], zi, sum);
        }
        return sum;
    }

    private void descend(final float error) {
        for (int i = 0; i < length; i++) {
            final float gradient = error * z[i];
            final float sum = Math.fma(gradient, gradient, gradient2[i]);
            gradient2[i] = sum;
            weight[i] -= LEARNING_RATE * gradient / (float) Math.sqrt(sum);
        }
        biasGradient2 = Math.fma(error, error, biasGradient2);
        bias -= LEARNING_RATE * error / (float) Math.sqrt(biasGradient2);
    }

    /** Returns the number of features. */
    public int length() {
        return length;
    }

    /** Returns the features' names in their order. */
    public List<String> names() {
        return names;
    }

    /**
     * Returns what feature {@code i} of {@code x[offset ...]} adds to the log-odds; the bias is the rest of the
     * score.
     */
    public float contribution(final float[] x, final int offset, final int i) {
        return weight[i] * standardised(x[offset + i], i);
    }

    /** Returns the log-odds of a payment whose features are all average. */
    public float bias() {
        return bias;
    }

    /** Returns the number of floats that {@link #copyState} writes. */
    public int stateLength() {
        return ARRAYS * length + SCALARS;
    }

    /**
     * Writes all that future scores depend on from {@code at}, for digests: weights, sums of squared gradients, means,
     * variances, scales, then the bias, its sum of squared gradients and the count.
     */
    public void copyState(final float[] into, final int at) {
        System.arraycopy(weight, 0, into, at, length);
        System.arraycopy(gradient2, 0, into, at + length, length);
        System.arraycopy(mean, 0, into, at + 2 * length, length);
        System.arraycopy(variance, 0, into, at + 3 * length, length);
        System.arraycopy(scale, 0, into, at + 4 * length, length);
        final int scalars = at + ARRAYS * length;
        into[scalars] = bias;
        into[scalars + 1] = biasGradient2;
        into[scalars + 2] = learnt; // below 2^24, so exact
    }
}
