package io.tagma.engine.model;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of an {@link AdaptiveTree}: a leaf with what it has seen, or a test with two children. Owned by the tree's thread; used
 * again and again by its {@link NodePool}.
 *
 * <p>A leaf looks at a subset of the inputs and keeps a normal density for each class and input (Pfahringer, Holmes and Kirkby,
 * "Handling numeric attributes in Hoeffding trees", PAKDD 2008). It answers with its majority or with naive Bayes, whichever was
 * right more often here (Holmes, Kirkby and Pfahringer, "Stress-testing Hoeffding trees", PKDD 2005).
 */
final class TreeNode {
    private static final double DELTA = 0.002;
    private static final int CHECK_INTERVAL = 32;

    /** Below this weight of examples a leaf has no densities worth asking. */
    private static final double MIN_BAYES_WEIGHT = 10;

    final int[] subset;
    final double[] counts;
    final double[] seen;
    final double[] mean;
    final double[] squares;
    final double[] min;
    final double[] max;
    final Adwin errors = new Adwin(DELTA, CHECK_INTERVAL);

    /** The tested input; none in a leaf. */
    int input;

    /** Up to this, the left child takes it. */
    double threshold;

    double weightAtLastTry;
    int depth;

    @Nullable
    TreeNode left;

    @Nullable
    TreeNode right;

    /** Grows beside this one since it drifted. */
    @Nullable
    TreeNode alternate;

    private double majorityHits;
    private double bayesHits;

    TreeNode(final int classes, final int looksAt) {
        subset = new int[looksAt];
        counts = new double[classes];
        seen = new double[classes];
        mean = new double[classes * looksAt];
        squares = new double[classes * looksAt];
        min = new double[looksAt];
        max = new double[looksAt];
    }

    /** Makes it a leaf that has seen nothing; the subset stays. */
    void clear() {
        input = -1;
        threshold = 0;
        left = null;
        right = null;
        alternate = null;
        errors.reset();
        forget();
    }

    /** Empties a leaf's statistics. */
    void forget() {
        weightAtLastTry = 0;
        majorityHits = 0;
        bayesHits = 0;
        Arrays.fill(counts, 0);
        Arrays.fill(seen, 0);
        Arrays.fill(mean, 0);
        Arrays.fill(squares, 0);
        Arrays.fill(min, Double.POSITIVE_INFINITY);
        Arrays.fill(max, Double.NEGATIVE_INFINITY);
    }

    boolean isLeaf() {
        return input < 0;
    }

    /** Weight of examples that this leaf saw itself, without what its parent estimated. */
    double weight() {
        double sum = 0;
        for (final double weight : seen) {
            sum += weight;
        }
        return sum;
    }

    /** Variance of an input in a class; a floor keeps a constant one finite. */
    double variance(final int label, final int k) {
        final double floor = 1e-9 + 1e-6 * (max[k] - min[k]) * (max[k] - min[k]);
        return seen[label] < 2 ? floor : squares[label * subset.length + k] / seen[label] + floor;
    }

    /** Takes in an example with a weight. */
    void add(final double[] x, final int label, final double weight, final double[] scratch) {
        if (weight() >= MIN_BAYES_WEIGHT) {
            majorityHits += argMax(counts) == label ? weight : 0;
            bayes(x, scratch);
            bayesHits += argMax(scratch) == label ? weight : 0;
        }
        counts[label] += weight;
        seen[label] += weight;
        final double rate = weight / seen[label];
        for (int k = 0; k < subset.length; k++) {
            final double value = x[subset[k]];
            final int at = label * subset.length + k;
            final double before = value - mean[at];
            mean[at] += rate * before;
            squares[at] += weight * before * (value - mean[at]);
            min[k] = Math.min(min[k], value);
            max[k] = Math.max(max[k], value);
        }
    }

    /** Fills in this leaf's probabilities. */
    void score(final double[] x, final double[] probabilities) {
        if (bayesHits > majorityHits) {
            bayes(x, probabilities);
            return;
        }
        for (int c = 0; c < counts.length; c++) {
            probabilities[c] = counts[c] + 0.5;
        }
        AbstractModel.normalise(probabilities);
    }

    private void bayes(final double[] x, final double[] probabilities) {
        for (int c = 0; c < counts.length; c++) {
            float sum = FloatMath.log((float) (counts[c] + 1e-3));
            for (int k = 0; k < subset.length && seen[c] >= 2; k++) {
                final double variance = variance(c, k);
                final double off = x[subset[k]] - mean[c * subset.length + k];
                sum -= 0.5f * (FloatMath.log((float) variance) + (float) (off * off / variance));
            }
            probabilities[c] = seen[c] < 2 ? -1e3 : sum;
        }
        AbstractModel.softmax(probabilities);
    }

    private static int argMax(final double[] values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }

    void write(final SnapshotWriter out) {
        out.putInt(input);
        Bits.put(out, threshold);
        Bits.put(out, weightAtLastTry);
        out.putInt(depth);
        Bits.put(out, majorityHits);
        Bits.put(out, bayesHits);
        out.putInts(subset, 0, subset.length);
        Bits.put(out, counts);
        Bits.put(out, seen);
        Bits.put(out, mean);
        Bits.put(out, squares);
        Bits.put(out, min);
        Bits.put(out, max);
        errors.write(out);
    }

    void read(final SnapshotReader in) {
        input = in.getInt();
        threshold = Bits.get(in);
        weightAtLastTry = Bits.get(in);
        depth = in.getInt();
        majorityHits = Bits.get(in);
        bayesHits = Bits.get(in);
        in.getInts(subset, 0, subset.length);
        Bits.get(in, counts);
        Bits.get(in, seen);
        Bits.get(in, mean);
        Bits.get(in, squares);
        Bits.get(in, min);
        Bits.get(in, max);
        errors.read(in);
    }
}
