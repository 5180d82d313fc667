package io.tagma.engine.translate;

import java.util.Arrays;

/**
 * A map between feature spaces that is linear in the source's features and in the ratio of each two: a mean is a sum by a count, which no
 * map that is linear in sums and counts finds. Learnt by ridge regression (Hoerl and Kennard, 1970) with a weight for each row, so that rows on
 * which something hangs count for more. Immutable.
 */
public final class RatioMap implements FeatureMap {
    private final int[] inputs;
    private final double[][] coefficients;

    private RatioMap(final int[] inputs, final double[][] coefficients) {
        this.inputs = inputs;
        this.coefficients = coefficients;
    }

    /**
     * Learns from pairs of rows.
     *
     * @param from rows, all of one length
     * @param to rows, as many
     * @param inputs which of the source's features are read; others, e.g. bits, are not
     * @param targets which of the target's features are wanted; others are 0
     * @param weights by row, 0 or more, not all 0
     * @param lambda greater than 0, relative to each expanded feature's spread
     */
    public static RatioMap ridge(
            final float[][] from,
            final float[][] to,
            final int[] inputs,
            final int[] targets,
            final double[] weights,
            final double lambda) {
        if (from.length < 2 || from.length != to.length || !(lambda > 0)) {
            throw new IllegalArgumentException(
                    "a map is learnt from pairs of rows, two at least, with a lambda above 0: " + from.length + " and "
                            + to.length + ", " + lambda);
        }
        final double[][] expanded = new double[from.length][];
        for (int i = 0; i < from.length; i++) {
            expanded[i] = expand(from[i], inputs);
        }
        final double[][] coefficients = new double[to[0].length][];
        final Fit fit = new Fit(expanded, weights, lambda);
        for (final int target : targets) {
            coefficients[target] = fit.of(to, target);
        }
        return new RatioMap(inputs.clone(), coefficients);
    }

    @Override
    public float apply(final float[] row, final int target) {
        final double[] wanted = coefficients[target];
        if (wanted == null) {
            return 0f;
        }
        final double[] x = expand(row, inputs);
        double sum = wanted[x.length];
        for (int i = 0; i < x.length; i++) {
            sum += wanted[i] * x[i];
        }
        return (float) sum;
    }

    private static double[] expand(final float[] row, final int[] inputs) {
        final int n = inputs.length;
        final double[] x = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                x[i * n + j] = i == j ? row[inputs[i]] : row[inputs[i]] / (1.0 + Math.abs(row[inputs[j]]));
            }
        }
        return x;
    }

    /** The part of a regression that all targets share. */
    private static final class Fit {
        private final double[][] z;
        private final double[] weights;
        private final double[] means;
        private final double[] scales;
        private final double[][] inverse;

        Fit(final double[][] rows, final double[] given, final double lambda) {
            final int n = rows[0].length;
            final double all = Arrays.stream(given).sum();
            weights = Arrays.stream(given).map(one -> one / all).toArray();
            means = new double[n];
            scales = new double[n];
            for (int r = 0; r < rows.length; r++) {
                for (int i = 0; i < n; i++) {
                    means[i] += weights[r] * rows[r][i];
                }
            }
            for (int r = 0; r < rows.length; r++) {
                for (int i = 0; i < n; i++) {
                    scales[i] += weights[r] * (rows[r][i] - means[i]) * (rows[r][i] - means[i]);
                }
            }
            for (int i = 0; i < n; i++) {
                scales[i] = scales[i] > Double.MIN_NORMAL ? 1 / Math.sqrt(scales[i]) : 0; // no variance, no news
            }
            z = new double[rows.length][n];
            final double[][] gram = new double[n][n];
            for (int r = 0; r < rows.length; r++) {
                for (int i = 0; i < n; i++) {
                    z[r][i] = (rows[r][i] - means[i]) * scales[i];
                    for (int j = 0; j <= i; j++) {
                        gram[i][j] += weights[r] * z[r][i] * z[r][j];
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    gram[j][i] = gram[i][j];
                }
                gram[i][i] += lambda;
            }
            inverse = LinearMap.inverse(gram);
        }

        /** Coefficients of features and ratios, and behind them what is added. */
        double[] of(final float[][] to, final int target) {
            final int n = means.length;
            final double[] cross = new double[n];
            double mean = 0;
            for (int r = 0; r < z.length; r++) {
                mean += weights[r] * to[r][target];
                for (int i = 0; i < n; i++) {
                    cross[i] += weights[r] * z[r][i] * to[r][target]; // z has the mean 0
                }
            }
            final double[] coefficients = new double[n + 1];
            coefficients[n] = mean;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    coefficients[i] += inverse[i][j] * cross[j];
                }
                coefficients[i] *= scales[i];
                coefficients[n] -= coefficients[i] * means[i];
            }
            return coefficients;
        }
    }
}
