package io.tagma.tools.desk;

import java.util.Arrays;

/** How well a score separates what is out of scope from what is in scope. Not thread-safe; keeps all scores. */
final class OutOfScopeQuality {
    private float[] inside = new float[1024];
    private float[] outside = new float[1024];
    private int insideCount;
    private int outsideCount;

    void addInside(final float score) {
        if (insideCount == inside.length) {
            inside = Arrays.copyOf(inside, 2 * insideCount);
        }
        inside[insideCount++] = score;
    }

    void addOutside(final float score) {
        if (outsideCount == outside.length) {
            outside = Arrays.copyOf(outside, 2 * outsideCount);
        }
        outside[outsideCount++] = score;
    }

    /** Probability that something out of scope scores higher than something in scope, ties half (Mann and Whitney, 1947). */
    double auroc() {
        if (insideCount == 0 || outsideCount == 0) {
            return Double.NaN;
        }
        final float[] sorted = Arrays.copyOf(inside, insideCount);
        Arrays.sort(sorted);
        double sum = 0;
        for (int i = 0; i < outsideCount; i++) {
            final int below = lowerBound(sorted, outside[i]);
            final int notAbove = lowerBound(sorted, Math.nextUp(outside[i]));
            sum += below + 0.5 * (notAbove - below);
        }
        return sum / ((double) insideCount * outsideCount);
    }

    /** Share of what is out of scope that scores at least {@code threshold}. */
    double recallAt(final float threshold) {
        int found = 0;
        for (int i = 0; i < outsideCount; i++) {
            found += outside[i] >= threshold ? 1 : 0;
        }
        return outsideCount == 0 ? Double.NaN : (double) found / outsideCount;
    }

    private static int lowerBound(final float[] sorted, final float value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
