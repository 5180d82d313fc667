package io.tagma.engine.translate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds each translated feature's distribution against the target's own: the two-sample Kolmogorov-Smirnov distance, where what differs by less than a
 * hundredth of the target's spread is the same (an estimate of nothing is hardly ever 0 to the last bit). Two features each
 * of which is far from its own and near to the other's were swapped. Stateless.
 */
public final class DistributionCheck {
    /** A distance that two samples of one distribution, of a hundred or more each, hardly reach. */
    public static final double FAR = 0.25;

    private static final double GRID = 0.01;

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
            distances[i] = distance(translated, i, expected, i);
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
                        && 2 * distance(translated, i, expected, j) < own[i]
                        && 2 * distance(translated, j, expected, i) < own[j]) {
                    swaps.add(new Swap(
                            schema.features().get(i).name(),
                            schema.features().get(j).name()));
                }
            }
        }
        return swaps;
    }

    private static double distance(
            final float[][] translated, final int feature, final float[][] expected, final int other) {
        final double grid = GRID * spread(expected, other);
        return distance(column(translated, feature, grid), column(expected, other, grid));
    }

    private static double spread(final float[][] rows, final int index) {
        double sum = 0;
        double squares = 0;
        for (final float[] row : rows) {
            sum += row[index];
            squares += (double) row[index] * row[index];
        }
        return Math.sqrt(Math.max(0, squares / rows.length - sum / rows.length * (sum / rows.length)));
    }

    private static double[] column(final float[][] rows, final int index, final double grid) {
        final double[] column = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            column[i] = grid > 0 ? Math.rint(rows[i][index] / grid) : rows[i][index];
        }
        Arrays.sort(column);
        return column;
    }

    private static double distance(final double[] a, final double[] b) {
        double greatest = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            final double at = Math.min(a[i], b[j]);
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
