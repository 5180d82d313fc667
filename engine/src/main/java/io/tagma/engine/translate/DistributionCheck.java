package io.tagma.engine.translate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds each translated feature's distribution against the target's own: the two-sample Kolmogorov-Smirnov distance. Two features each
 * of which is far from its own and near to the other's were swapped. Stateless.
 */
public final class DistributionCheck {
    /** A distance that two samples of one distribution, of a hundred or more each, hardly reach. */
    public static final double FAR = 0.25;

    private DistributionCheck() {}

    /**
     * Two features that took each other's place.
     *
     * @param first name
     * @param second name
     */
    public record Swap(String first, String second) {}

    /** Distances by feature, 0 (alike) to 1. */
    public static double[] distances(final float[][] translated, final float[][] expected) {
        final double[] distances = new double[expected[0].length];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = distance(column(translated, i), column(expected, i));
        }
        return distances;
    }

    /** The pairs that were swapped. */
    public static List<Swap> swaps(final ProfileSchema schema, final float[][] translated, final float[][] expected) {
        final double[] own = distances(translated, expected);
        final List<Swap> swaps = new ArrayList<>();
        for (int i = 0; i < own.length; i++) {
            for (int j = i + 1; j < own.length; j++) {
                if (own[i] > FAR
                        && own[j] > FAR
                        && 2 * distance(column(translated, i), column(expected, j)) < own[i]
                        && 2 * distance(column(translated, j), column(expected, i)) < own[j]) {
                    swaps.add(new Swap(
                            schema.features().get(i).name(),
                            schema.features().get(j).name()));
                }
            }
        }
        return swaps;
    }

    private static float[] column(final float[][] rows, final int index) {
        final float[] column = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            column[i] = rows[i][index];
        }
        Arrays.sort(column);
        return column;
    }

    private static double distance(final float[] a, final float[] b) {
        double greatest = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            final float at = Math.min(a[i], b[j]);
            while (i < a.length && a[i] <= at) {
                i++;
            }
            while (j < b.length && b[j] <= at) {
                j++;
            }
            greatest = Math.max(greatest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        return greatest;
    }
}
