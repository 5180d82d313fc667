package io.tagma.engine.translate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds each translated feature's distribution against the target's own: the two-sample Kolmogorov-Smirnov distance. Two features each
 * of which is far from its own and near to the other's were swapped. Stateless.
 *
 * <p>An estimate of nothing is hardly ever 0 to the last bit, which that distance sees as it sees any other difference. How far two
 * distributions are beside such differences is what {@link #distancesBeyond} says.
 */
public final class DistributionCheck {
    /** A distance that two samples of one distribution, of a hundred or more each, hardly reach. */
    public static final double FAR = 0.25;

    /** Of the target's standard deviation: numbers that are no further apart than that are taken as the same, where it is asked. */
    public static final double SAME = 0.01;

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
        return distances(translated, expected, 0);
    }

    /**
     * Distances by feature beside differences of up to {@link #SAME}: the greatest by which one distribution's share up to a number is
     * above the other's share up to that number and so much more. Never above {@link #distances}.
     */
    public static double[] distancesBeyond(final float[][] translated, final float[][] expected) {
        return distances(translated, expected, SAME);
    }

    private static double[] distances(final float[][] translated, final float[][] expected, final double same) {
        final double[] distances = new double[expected[0].length];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = distance(column(translated, i), column(expected, i), same * spread(expected, i));
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
                        && 2 * distance(column(translated, i), column(expected, j), 0) < own[i]
                        && 2 * distance(column(translated, j), column(expected, i), 0) < own[j]) {
                    swaps.add(new Swap(
                            schema.features().get(i).name(),
                            schema.features().get(j).name()));
                }
            }
        }
        return swaps;
    }

    private static double spread(final float[][] rows, final int index) {
        final double mean =
                Arrays.stream(rows).mapToDouble(row -> row[index]).average().orElse(0);
        return Math.sqrt(Arrays.stream(rows)
                .mapToDouble(row -> (row[index] - mean) * (row[index] - mean))
                .average()
                .orElse(0));
    }

    private static double[] column(final float[][] rows, final int index) {
        return Arrays.stream(rows).mapToDouble(row -> row[index]).sorted().toArray();
    }

    private static double distance(final double[] a, final double[] b, final double same) {
        return Math.max(above(a, b, same), above(b, a, same));
    }

    /** How far a's share up to a number is above b's share up to that number and {@code same} more, at the most. */
    private static double above(final double[] a, final double[] b, final double same) {
        double greatest = 0;
        int j = 0;
        for (int i = 0; i < a.length; i++) {
            while (j < b.length && b[j] <= a[i] + same) {
                j++;
            }
            greatest = Math.max(greatest, (i + 1) / (double) a.length - j / (double) b.length);
        }
        return greatest;
    }
}
