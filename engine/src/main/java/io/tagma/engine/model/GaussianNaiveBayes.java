package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Naive Bayes with a normal density for each class and input, over examples that fade. Owned by one thread.
 *
 * <p>John and Langley, "Estimating continuous distributions in Bayesian classifiers", UAI 1995; the densities are those of the last
 * {@link #HORIZON} examples of their class or so. Memory: 16 bytes a class and input.
 */
final class GaussianNaiveBayes extends AbstractModel {
    private static final int HORIZON = 500;

    private final double[] prior;
    private final long[] counts;
    private final double[] mean;
    private final double[] variance;

    @SuppressWarnings("unused") // nothing is random in it
    GaussianNaiveBayes(final ModelType type, final ModelSchema schema, final long seed) {
        super(type, schema);
        prior = new double[classes];
        counts = new long[classes];
        mean = new double[classes * inputs];
        variance = new double[classes * inputs];
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        for (int c = 0; c < classes; c++) {
            double sum = StrictMath.log(prior[c] + 1e-6);
            for (int i = 0; i < inputs; i++) {
                // A class of one example has no spread of its own: a share of the input's overall spread keeps it
                // finite.
                final double floor = 1e-3 * moments.variance(i) + 1e-12;
                final double spread = variance[c * inputs + i] + floor;
                final double off = x[i] - mean[c * inputs + i];
                sum -= 0.5 * (StrictMath.log(spread) + off * off / spread);
            }
            probabilities[c] = sum;
        }
        softmax(probabilities);
    }

    @Override
    void update(final double[] x, final int label) {
        counts[label]++;
        long total = 0;
        for (final long count : counts) {
            total += count;
        }
        final double share = 1.0 / Math.min(total, HORIZON);
        for (int c = 0; c < classes; c++) {
            prior[c] += share * ((c == label ? 1 : 0) - prior[c]);
        }
        final double rate = 1.0 / Math.min(counts[label], HORIZON);
        for (int i = 0; i < inputs; i++) {
            final int at = label * inputs + i;
            final double before = x[i] - mean[at];
            mean[at] += rate * before;
            variance[at] = (1 - rate) * (variance[at] + rate * before * before);
        }
    }

    @Override
    void writeState(final SnapshotWriter out) {
        Bits.put(out, prior);
        out.putLongs(counts, 0, classes);
        Bits.put(out, mean);
        Bits.put(out, variance);
    }

    @Override
    void readState(final SnapshotReader in) {
        Bits.get(in, prior);
        in.getLongs(counts, 0, classes);
        Bits.get(in, mean);
        Bits.get(in, variance);
    }
}
