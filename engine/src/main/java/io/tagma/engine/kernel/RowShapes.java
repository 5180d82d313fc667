package io.tagma.engine.kernel;

/** Checks that shapes match before any kernel runs. Stateless. */
final class RowShapes {
    private RowShapes() {}

    static void scores(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        inputs(layer, x, count);
        if (out.stride() < layer.stride() || out.count() < count || out.dimension() < layer.outputs()) {
            throw new IllegalArgumentException("scores of " + count + " rows by " + layer.outputs()
                    + " outputs need as many rows of that many floats and a stride of " + layer.stride()
                    + "; there are "
                    + out + " with a stride of " + out.stride());
        }
        out.alive();
    }

    private static void inputs(final DenseLayer layer, final FloatRows x, final int count) {
        if (x.dimension() != layer.inputs()) {
            throw new IllegalArgumentException(
                    "a layer of " + layer.inputs() + " inputs cannot take rows of " + x.dimension() + " floats");
        }
        rows(x, count);
        layer.alive();
    }

    static void rows(final FloatRows rows, final int count) {
        if (count < 0 || count > rows.count()) {
            throw new IllegalArgumentException("there are " + rows.count() + " rows, not " + count);
        }
        rows.alive();
    }

    static void step(final DenseLayer layer, final FloatRows x, final FloatRows gradients, final int count) {
        scores(layer, x, count, gradients);
    }

    static void decay(
            final FloatRows rows, final int[] at, final float[] decay, final FloatRows increments, final int count) {
        if (increments.dimension() != rows.dimension()) {
            throw new IllegalArgumentException(
                    "rows of " + rows.dimension() + " floats cannot take increments of " + increments.dimension());
        }
        if (at.length < count || decay.length < count) {
            throw new IllegalArgumentException(
                    count + " rows need as many numbers and factors: " + at.length + " and " + decay.length);
        }
        rows(increments, count);
        rows.alive();
        for (int j = 0; j < count; j++) {
            if (at[j] < 0 || at[j] >= rows.count()) {
                throw new IllegalArgumentException("there is no row " + at[j] + " among " + rows.count());
            }
        }
    }

    static void query(final FloatRows rows, final int count, final float[] query) {
        if (query.length != rows.dimension()) {
            throw new IllegalArgumentException(
                    "a query of " + query.length + " floats cannot be compared with rows of " + rows.dimension());
        }
        rows(rows, count);
    }
}
