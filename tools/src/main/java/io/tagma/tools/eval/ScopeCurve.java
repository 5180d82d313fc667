package io.tagma.tools.eval;

import java.util.Arrays;

/** In-scope texts against out-of-scope ones by a score that is greater for the latter. Not thread-safe. */
final class ScopeCurve {
    private final float[] inside;
    private final boolean[] right;
    private final float[] outside;

    /**
     * A curve.
     *
     * @param inside scores of in-scope texts
     * @param right whether each of them was classified right
     * @param outside scores of out-of-scope texts
     */
    ScopeCurve(final float[] inside, final boolean[] right, final float[] outside) {
        this.inside = inside.clone();
        this.right = right.clone();
        this.outside = outside.clone();
    }

    /** Probability that an out-of-scope text scores higher than an in-scope one, ties half (Mann and Whitney, 1947). */
    double auroc() {
        final float[] sorted = inside.clone();
        Arrays.sort(sorted);
        double sum = 0;
        for (final float score : outside) {
            sum += (below(sorted, score) + below(sorted, Math.nextUp(score))) / 2.0;
        }
        return sum / ((double) inside.length * outside.length);
    }

    private static int below(final float[] sorted, final float limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * The share of out-of-scope texts rejected at the lowest threshold that leaves enough in-scope texts both accepted and
     * right; NaN where no threshold does.
     *
     * @param inScope accuracy over all in-scope texts that is asked for, 0 to 1; a rejected one counts as wrong
     */
    double recallAt(final double inScope) {
        final float threshold = thresholdAt(inScope);
        return Float.isNaN(threshold) ? Double.NaN : recall(threshold);
    }

    /** The lowest threshold from which on texts can be rejected with that accuracy left; NaN where none. */
    float thresholdAt(final double inScope) {
        final int needed = (int) Math.ceil(inScope * inside.length - 1e-9);
        int count = 0;
        final float[] kept = new float[inside.length];
        for (int i = 0; i < inside.length; i++) {
            if (right[i]) {
                kept[count++] = inside[i];
            }
        }
        if (needed > count || needed == 0) {
            return Float.NaN;
        }
        Arrays.sort(kept, 0, count);
        return Math.nextUp(kept[needed - 1]); // what scores at least this is rejected
    }

    /** Share of out-of-scope texts that score at least a threshold. */
    double recall(final float threshold) {
        int found = 0;
        for (final float score : outside) {
            found += score >= threshold ? 1 : 0;
        }
        return found / (double) outside.length;
    }
}
