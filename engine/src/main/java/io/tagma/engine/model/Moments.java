package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Mean and variance of each input as they are lately. Owned by its model's thread.
 *
 * <p>Welford's update ("Note on a method for calculating corrected sums of squares and products", Technometrics 4, 1962) until
 * {@link #HORIZON} examples were seen, from then on with a constant rate, so that inputs that wander stay standardised.
 */
final class Moments {
    /** Examples, after which the past fades. */
    static final int HORIZON = 4096;

    /** Standardised values are clamped to this many deviations: one wild value must not throw a linear model off. */
    static final double CLAMP = 5;

    private static final double MIN_VARIANCE = 1e-12;

    private final double[] mean;
    private final double[] variance;
    private long count;

    Moments(final int inputs) {
        mean = new double[inputs];
        variance = new double[inputs];
    }

    double mean(final int input) {
        return mean[input];
    }

    double variance(final int input) {
        return variance[input];
    }

    /** Takes in one example. */
    void add(final double[] x) {
        count++;
        final double rate = 1.0 / Math.min(count, HORIZON);
        for (int i = 0; i < mean.length; i++) {
            final double before = x[i] - mean[i];
            mean[i] += rate * before;
            variance[i] = (1 - rate) * (variance[i] + rate * before * before);
        }
    }

    /** Standardises into {@code z}, which may be longer: what lies behind is left. An input that never varied gives 0. */
    void standardise(final double[] x, final double[] z) {
        for (int i = 0; i < mean.length; i++) {
            final double scaled = variance[i] < MIN_VARIANCE ? 0 : (x[i] - mean[i]) / Math.sqrt(variance[i]);
            z[i] = Math.min(CLAMP, Math.max(-CLAMP, scaled));
        }
    }

    void write(final SnapshotWriter out) {
        out.putLong(count);
        Bits.put(out, mean);
        Bits.put(out, variance);
    }

    void read(final SnapshotReader in) {
        count = in.getLong();
        Bits.get(in, mean);
        Bits.get(in, variance);
    }
}
