package io.tagma.engine.translate;

/**
 * A map between feature spaces learnt from pairs of rows: {@code to = A from + b}. Immutable.
 *
 * <p>{@link #ridge} minimises the squared error plus {@code lambda} times the squared coefficients of centred rows (Hoerl and
 * Kennard, 1970). {@link #procrustes} is the rotation, without scale, that takes centred rows nearest to each other (Schönemann, 1966): the
 * orthogonal polar factor of the cross-covariance, by Newton's iteration (Higham, 1986).
 */
public final class LinearMap implements FeatureMap {
    private static final int MOST_ROUNDS = 100;
    private static final double CONVERGED = 1e-12;

    private final double[][] matrix;
    private final double[] shift;

    private LinearMap(final double[][] matrix, final double[] fromMeans, final double[] toMeans) {
        this.matrix = matrix;
        this.shift = toMeans.clone();
        for (int i = 0; i < shift.length; i++) {
            for (int j = 0; j < fromMeans.length; j++) {
                shift[i] -= matrix[i][j] * fromMeans[j];
            }
        }
    }

    /**
     * The ridge regression of each target feature on all source features.
     *
     * @param from rows, at least two, all of one length
     * @param to rows, as many
     * @param lambda greater than 0, relative to the mean variance of the source features
     */
    public static LinearMap ridge(final float[][] from, final float[][] to, final double lambda) {
        check(from, to);
        if (!(lambda > 0)) {
            throw new IllegalArgumentException("lambda is greater than 0: " + lambda);
        }
        final double[] fromMeans = means(from);
        final double[] toMeans = means(to);
        final double[][] gram = product(from, fromMeans, from, fromMeans);
        double trace = 0;
        for (int i = 0; i < gram.length; i++) {
            trace += gram[i][i];
        }
        for (int i = 0; i < gram.length; i++) {
            // relative to each feature's own spread, so that units do not matter
            gram[i][i] += lambda * gram[i][i] + 1e-12 * trace + Double.MIN_NORMAL;
        }
        final double[][] cross = product(to, toMeans, from, fromMeans);
        return new LinearMap(multiply(cross, inverse(gram)), fromMeans, toMeans);
    }

    /**
     * The rotation or reflection that takes rows nearest to their partners.
     *
     * @throws IllegalArgumentException also when the rows do not span the space
     */
    public static LinearMap procrustes(final float[][] from, final float[][] to) {
        check(from, to);
        if (from[0].length != to[0].length) {
            throw new IllegalArgumentException("a rotation keeps the number of features: " + from[0].length + " and "
                    + to[0].length + "; use ridge");
        }
        final double[] fromMeans = means(from);
        final double[] toMeans = means(to);
        double[][] q = product(to, toMeans, from, fromMeans);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            final double[][] inverse = inverse(q);
            double moved = 0;
            final double[][] next = new double[q.length][q.length];
            for (int i = 0; i < q.length; i++) {
                for (int j = 0; j < q.length; j++) {
                    next[i][j] = 0.5 * (q[i][j] + inverse[j][i]);
                    moved = Math.max(moved, Math.abs(next[i][j] - q[i][j]));
                }
            }
            q = next;
            if (moved < CONVERGED) {
                break;
            }
        }
        return new LinearMap(q, fromMeans, toMeans);
    }

    @Override
    public float apply(final float[] row, final int target) {
        double sum = shift[target];
        for (int j = 0; j < row.length; j++) {
            sum += matrix[target][j] * row[j];
        }
        return (float) sum;
    }

    private static void check(final float[][] from, final float[][] to) {
        if (from.length < 2 || from.length != to.length) {
            throw new IllegalArgumentException(
                    "a map is learnt from pairs of rows, two at least: " + from.length + " and " + to.length);
        }
    }

    private static double[] means(final float[][] rows) {
        final double[] means = new double[rows[0].length];
        for (final float[] row : rows) {
            for (int i = 0; i < means.length; i++) {
                means[i] += row[i];
            }
        }
        for (int i = 0; i < means.length; i++) {
            means[i] /= rows.length;
        }
        return means;
    }

    private static double[][] product(
            final float[][] a, final double[] aMeans, final float[][] b, final double[] bMeans) {
        final double[][] sums = new double[aMeans.length][bMeans.length];
        for (int row = 0; row < a.length; row++) {
            for (int i = 0; i < aMeans.length; i++) {
                for (int j = 0; j < bMeans.length; j++) {
                    sums[i][j] += (a[row][i] - aMeans[i]) * (b[row][j] - bMeans[j]);
                }
            }
        }
        return sums;
    }

    private static double[][] multiply(final double[][] a, final double[][] b) {
        final double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < c[i].length; j++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    /** Gauss-Jordan with partial pivoting. */
    static double[][] inverse(final double[][] matrix) {
        final int n = matrix.length;
        final double[][] work = new double[n][2 * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(matrix[i], 0, work[i], 0, n);
            work[i][n + i] = 1;
        }
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int i = column + 1; i < n; i++) {
                pivot = Math.abs(work[i][column]) > Math.abs(work[pivot][column]) ? i : pivot;
            }
            final double[] top = work[pivot];
            if (Math.abs(top[column]) < Double.MIN_NORMAL) {
                throw new IllegalArgumentException(
                        "the rows do not span the space: feature " + column + " follows from others or never varies");
            }
            work[pivot] = work[column];
            work[column] = top;
            final double scale = 1 / top[column];
            for (int j = 0; j < 2 * n; j++) {
                top[j] *= scale;
            }
            for (int i = 0; i < n; i++) {
                if (i != column) {
                    final double factor = work[i][column];
                    for (int j = 0; j < 2 * n; j++) {
                        work[i][j] -= factor * top[j];
                    }
                }
            }
        }
        final double[][] inverse = new double[n][n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(work[i], n, inverse[i], 0, n);
        }
        return inverse;
    }
}
