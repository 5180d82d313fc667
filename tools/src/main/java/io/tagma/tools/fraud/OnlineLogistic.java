package io.tagma.tools.fraud;

import io.tagma.engine.kernel.FloatMath;
import java.util.Arrays;
import java.util.List;

/**
 * A logistic regression that learns from one example at a time and standardises its features as it goes. Owned by one
 * thread.
 *
 * <p>Features are centred and scaled by running moments (exact over the first 8,192 examples, exponentially weighted over
 * about as many from then on) and clipped at 6 standard deviations. Weights move by AdaGrad (Duchi, Hazan and Singer,
 * 2011) on the log-loss. Moments move slowly, and roots and quotients are dear: scales are brought up to date at every
 * 16th example only. Scores are log-odds: {@link FloatMath#sigmoid} of one is a probability.
 *
 * <p>Guarantees: (1) every result is a function of the examples in their order, bit for bit on every machine: float, fused
 * multiply-adds, each sum one chain in the order of the features; (2) scoring changes nothing; (3) nothing is allocated
 * after construction; (4) all that a future score depends on is in the memory that it was given, so two models over the
 * same memory, one after the other, are one model. Features must be finite: a NaN would stay in the weights.
 *
 * <pre>
 *     0          16           32        48          64        80      81       82      83
 *    +----------+------------+---------+-----------+---------+-------+--------+-------+
 *    | weights  | sums of    | means   | variances | scales  | bias  | sum of | count |
 *    |          | gradient^2 |         |           |         |       | grad^2 |       |
 *    +----------+------------+---------+-----------+---------+-------+--------+-------+
 * </pre>
 */
public final class OnlineLogistic {
    /** Most features of a model. */
    public static final int MAX_FEATURES = 16;
    /** Floats of memory that a model takes. */
    public static final int MEMORY_LENGTH = 5 * MAX_FEATURES + 3;

    // Constant distances, so that C2 sees that the parts do not overlap and vectorises over them.
    private static final int GRADIENT2 = MAX_FEATURES;
    private static final int MEAN = 2 * MAX_FEATURES;
    private static final int VARIANCE = 3 * MAX_FEATURES;
    private static final int SCALE = 4 * MAX_FEATURES;
    private static final int BIAS = 5 * MAX_FEATURES;
    private static final int BIAS_GRADIENT2 = BIAS + 1;
    private static final int LEARNT = BIAS + 2; // below 2^24, so exact

    private static final float CLIP = 6f;
    private static final float FIRST_BIAS = -4f; // about 2 % fraud, until outcomes say otherwise
    private static final float LEARNING_RATE = 0.2f;
    private static final int LONGEST_MEMORY = 8192;
    private static final int RESCALE_EVERY = 16; // divides LONGEST_MEMORY
    private static final int RESCALE_ALWAYS_BELOW = 1024;
    private static final float VARIANCE_FLOOR = 1e-8f;

    private final int length;
    private final List<String> names;
    private final float[] memory;
    private final float[] z;

    /** Creates a model that knows nothing, with one weight for each named feature and a memory of its own. */
    public OnlineLogistic(final List<String> names) {
        this(names, new float[MEMORY_LENGTH]);
    }

    /**
     * Creates a model over a memory: one that knows nothing where the memory is all zero, else the one that filled it.
     *
     * @param names of the features, at most {@value #MAX_FEATURES}
     * @param memory {@value #MEMORY_LENGTH} floats, written by this model only
     */
    public OnlineLogistic(final List<String> names, final float[] memory) {
        if (names.size() > MAX_FEATURES || memory.length != MEMORY_LENGTH) {
            throw new IllegalArgumentException("a model has at most " + MAX_FEATURES + " features and " + MEMORY_LENGTH
                    + " floats of memory: " + names.size() + " and " + memory.length);
        }
        this.names = List.copyOf(names);
        this.length = names.size();
        this.memory = memory;
        this.z = new float[length];
        if (memory[BIAS_GRADIENT2] == 0f) {
            Arrays.fill(memory, GRADIENT2, GRADIENT2 + length, 1f);
            memory[BIAS] = FIRST_BIAS;
            memory[BIAS_GRADIENT2] = 1f;
        }
    }

    /** Has AdaGrad's sums of squares begin with another value than 1: more makes the first steps smaller. Before the first example. */
    void caution(final float start) {
        Arrays.fill(memory, GRADIENT2, GRADIENT2 + length, start);
        memory[BIAS_GRADIENT2] = start;
    }

    /** Returns the log-odds of fraud for the features {@code x[offset ...]}. */
    public float score(final float[] x, final int offset) {
        final float[] m = memory;
        float sum = m[BIAS];
        for (int i = 0; i < length; i++) {
            sum = Math.fma(m[i], standardised(x[offset + i], i), sum);
        }
        return sum;
    }

    /**
     * Learns that the features {@code x[offset ...]}, as they were at the decision, turned out as {@code label}.
     *
     * @param label 1 for fraud, 0 for honest
     */
    public void learn(final float[] x, final int offset, final float label) {
        learn(x, offset, label, 1f);
    }

    /** The same with the learning rate multiplied by a factor, at 1 bit for bit the same. */
    public void learn(final float[] x, final int offset, final float label, final float factor) {
        // The count ends in a circle from 8,192 to 16,383: all that depends on it is the rate and the remainder below.
        final int next = (int) memory[LEARNT] + 1;
        final int learnt = next < 2 * LONGEST_MEMORY ? next : LONGEST_MEMORY;
        memory[LEARNT] = learnt;
        moments(x, offset, 1f / Math.min(learnt, LONGEST_MEMORY));
        if (learnt % RESCALE_EVERY == 0 || learnt < RESCALE_ALWAYS_BELOW) {
            rescale();
        }
        descend(FloatMath.sigmoid(standardise(x, offset)) - label, LEARNING_RATE * factor);
    }

    private float standardised(final float x, final int i) {
        final float zi = (x - memory[MEAN + i]) * memory[SCALE + i];
        return zi > CLIP ? CLIP : zi < -CLIP ? -CLIP : zi;
    }

    // West 1979, with a rate that stops falling: the moments follow a stream that drifts.
    private void moments(final float[] x, final int offset, final float rate) {
        final float[] m = memory;
        System.arraycopy(x, offset, z, 0, length);
        for (int i = 0; i < length; i++) {
            final float xi = z[i];
            final float delta = xi - m[MEAN + i];
            final float moved = Math.fma(rate, delta, m[MEAN + i]);
            m[MEAN + i] = moved;
            m[VARIANCE + i] = Math.fma(rate, Math.fma(delta, xi - moved, -m[VARIANCE + i]), m[VARIANCE + i]);
        }
    }

    private void rescale() {
        final float[] m = memory;
        for (int i = 0; i < length; i++) {
            m[SCALE + i] = 1f / (float) Math.sqrt(m[VARIANCE + i] + VARIANCE_FLOOR);
        }
    }

    private float standardise(final float[] x, final int offset) {
        float sum = memory[BIAS];
        for (int i = 0; i < length; i++) {
            final float zi = standardised(x[offset + i], i);
            z[i] = zi;
            sum = Math.fma(memory[i], zi, sum);
        }
        return sum;
    }

    private void descend(final float error, final float rate) {
        final float[] m = memory;
        for (int i = 0; i < length; i++) {
            final float gradient = error * z[i];
            final float sum = Math.fma(gradient, gradient, m[GRADIENT2 + i]);
            m[GRADIENT2 + i] = sum;
            m[i] -= rate * gradient / (float) Math.sqrt(sum);
        }
        m[BIAS_GRADIENT2] = Math.fma(error, error, m[BIAS_GRADIENT2]);
        m[BIAS] -= rate * error / (float) Math.sqrt(m[BIAS_GRADIENT2]);
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
        return memory[i] * standardised(x[offset + i], i);
    }

    /** Returns the log-odds of a payment whose features are all average. */
    public float bias() {
        return memory[BIAS];
    }

    /** Returns the memory itself, {@value #MEMORY_LENGTH} floats, for digests. */
    public float[] memory() {
        return memory;
    }
}
