package io.tagma.tools.fraud;

import java.util.Arrays;
import java.util.List;

/**
 * A logistic regression that learns from one example at a time and standardises its features as it goes. Owned by one thread.
 *
 * <p>Features are centred and scaled by running moments (exact over the first 8,192 examples, exponentially weighted over about as many
 * from then on) and clipped at 6 standard deviations; weights move by AdaGrad (Duchi, Hazan and Singer, 2011) on the
 * log-loss. Scores are log-odds: {@link FraudMath#sigmoid} of one is a probability.
 *
 * <p>Guarantees: (1) every result is a function of the examples in their order, bit for bit on every machine: float, fused
 * multiply-adds, each sum one chain in the order of the features; (2) scoring changes nothing but scratch; (3) nothing is
 * allocated after construction. Features must be finite: a NaN would stay in the weights.
 */
public final class OnlineLogistic {
    private static final float CLIP = 6f;
    private static final float FIRST_BIAS = -4f; // about 2 % fraud, until outcomes say otherwise
    private static final float LEARNING_RATE = 0.2f;
    private static final float SLOWEST_MOMENT_RATE = 1f / 8192;
    private static final int SCALE_EVERY = 16;
    private static final int SCALE_ALWAYS_BELOW = 1024;
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
        moments(x, offset);
        float sum = bias;
        for (int i = 0; i < length; i++) {
            final float zi = standardised(x[offset + i], i);
            z[i] = zi;
            sum = Math.fma(weight[i], zi, sum);
        }
        descend(FraudMath.sigmoid(sum) - label);
    }

    private float standardised(final float x, final int i) {
        final float zi = (x - mean[i]) * scale[i];
        return zi > CLIP ? CLIP : zi < -CLIP ? -CLIP : zi;
    }

    // West 1979, with a rate that stops falling: the moments follow a stream that drifts.
    private void moments(final float[] x, final int offset) {
        learnt = Math.min(learnt + 1, Integer.MAX_VALUE - SCALE_EVERY);
        final float rate = Math.max(1f / learnt, SLOWEST_MOMENT_RATE);
        for (int i = 0; i < length; i++) {
            final float xi = x[offset + i];
            final float delta = xi - mean[i];
            final float moved = Math.fma(rate, delta, mean[i]);
            mean[i] = moved;
            variance[i] = Math.fma(rate, Math.fma(delta, xi - moved, -variance[i]), variance[i]);
        }
        if (learnt % SCALE_EVERY == 0 || learnt < SCALE_ALWAYS_BELOW) {
            rescale();
        }
    }

    // Roots and quotients are dear, and the moments move slowly: every 16th example does.
    private void rescale() {
        for (int i = 0; i < length; i++) {
            scale[i] = 1f / (float) Math.sqrt(variance[i] + VARIANCE_FLOOR);
        }
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

    /** Returns what feature {@code i} of {@code x[offset ...]} adds to the log-odds; the bias is the rest of the score. */
    public float contribution(final float[] x, final int offset, final int i) {
        return weight[i] * standardised(x[offset + i], i);
    }

    /** Returns the log-odds of a payment whose features are all average. */
    public float bias() {
        return bias;
    }

    /** Returns the floats that {@link #copyState} writes. */
    public int stateLength() {
        return ARRAYS * length + SCALARS;
    }

    /** Writes all that future scores depend on. */
    public void copyState(final float[] into, final int offset) {
        int at = offset;
        for (int i = 0; i < length; i++) {
            into[at++] = weight[i];
            into[at++] = gradient2[i];
            into[at++] = mean[i];
            into[at++] = variance[i];
            into[at++] = scale[i];
        }
        into[at++] = bias;
        into[at++] = biasGradient2;
        into[at] = Float.intBitsToFloat(learnt);
    }
}
