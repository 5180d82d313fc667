package io.tagma.engine.model;

import io.tagma.engine.kernel.FloatMath;
import java.util.Arrays;

/**
 * Finds the best test for a leaf and whether it has seen enough to be sure of it. Owned by its tree's thread.
 *
 * <p>Domingos and Hulten, "Mining high-speed data streams", KDD 2000: the best is taken once its gain leads the second input's by the
 * Hoeffding bound, or once the bound is so small that it does not matter. Gain is information gain in bits over
 * {@value #CUTS} thresholds an input, with the class counts on both sides estimated from the leaf's normal densities.
 */
final class SplitSearch {
    private static final int CUTS = 10;
    private static final double MIN_SIDE = 0.01;
    private static final double LN_2 = 0.6931471805599453;

    private final double delta;
    private final double tie;
    private final double[] leftCounts;
    private final double[] rightCounts;

    /** The winner: position in the leaf's subset, threshold. */
    private int best;

    private double threshold;

    SplitSearch(final int classes, final double delta, final double tie) {
        this.delta = delta;
        this.tie = tie;
        leftCounts = new double[classes];
        rightCounts = new double[classes];
    }

    /** The input that won. */
    int input(final TreeNode leaf) {
        return leaf.subset[best];
    }

    double threshold() {
        return threshold;
    }

    /** Estimated class counts up to the threshold, valid until the next search. */
    double[] left() {
        return leftCounts;
    }

    /** Estimated class counts beyond it. */
    double[] right() {
        return rightCounts;
    }

    /** Whether the leaf should become a test; if so, the rest of this says which. */
    boolean decides(final TreeNode leaf) {
        final double weight = leaf.weight();
        final double before = entropy(leaf.seen, weight);
        double first = 0;
        double second = 0;
        best = -1;
        for (int k = 0; k < leaf.subset.length; k++) {
            double gain = 0;
            for (int cut = 1; cut <= CUTS && leaf.max[k] > leaf.min[k]; cut++) {
                final double at = leaf.min[k] + (leaf.max[k] - leaf.min[k]) * cut / (CUTS + 1);
                final double found = gain(leaf, k, at, weight, before);
                if (found > gain) {
                    gain = found;
                    if (found > first) {
                        threshold = at;
                    }
                }
            }
            if (gain > first) {
                second = first;
                first = gain;
                best = k;
            } else {
                second = Math.max(second, gain);
            }
        }
        final double range = StrictMath.log(leaf.counts.length) / LN_2;
        final double bound = Math.sqrt(range * range * StrictMath.log(1 / delta) / (2 * weight));
        final boolean sure = best >= 0 && (first - second > bound || bound < tie);
        if (sure) {
            divide(leaf, best, threshold);
        }
        return sure;
    }

    private double gain(final TreeNode leaf, final int k, final double at, final double weight, final double before) {
        final double left = divide(leaf, k, at);
        final double right = weight - left;
        if (left < MIN_SIDE * weight || right < MIN_SIDE * weight) {
            return 0;
        }
        return before - (left * entropy(leftCounts, left) + right * entropy(rightCounts, right)) / weight;
    }

    /** Fills both sides' counts; returns the left one's sum. */
    private double divide(final TreeNode leaf, final int k, final double at) {
        Arrays.fill(leftCounts, 0);
        double sum = 0;
        for (int c = 0; c < leftCounts.length; c++) {
            final double deviation = Math.sqrt(leaf.variance(c, k));
            final double share = normalCdf((at - leaf.mean[c * leaf.subset.length + k]) / deviation);
            leftCounts[c] = leaf.seen[c] * share;
            rightCounts[c] = leaf.seen[c] - leftCounts[c];
            sum += leftCounts[c];
        }
        return sum;
    }

    private static double entropy(final double[] counts, final double sum) {
        double bits = 0;
        for (final double count : counts) {
            if (count > 0 && sum > 0) {
                final double p = count / sum;
                bits -= p * FloatMath.log((float) p) / LN_2;
            }
        }
        return bits;
    }

    /** Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.17: error below 7.5e-8 but for the exponential's. */
    static double normalCdf(final double x) {
        final double t = 1 / (1 + 0.2316419 * Math.abs(x));
        final double density = 0.3989422804014327 * FloatMath.exp((float) (-0.5 * x * x));
        final double tail = density
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return x >= 0 ? 1 - tail : tail;
    }
}
