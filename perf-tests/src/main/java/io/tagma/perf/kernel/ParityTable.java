package io.tagma.perf.kernel;

import io.tagma.engine.kernel.DenseLayer;
import io.tagma.engine.kernel.FloatRows;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.RowKernels;
import io.tagma.engine.kernel.TopK;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Compares a provider with the scalar reference bit by bit: each kernel at several sizes, on ordinary numbers and on extremes. NaN equals NaN.
 * Used by one thread.
 */
final class ParityTable {
    /**
     * One line.
     *
     * @param kernel that was compared
     * @param provider with the reference
     * @param sizes how many sizes
     * @param values how many floats in all
     * @param differing how many of them differ
     */
    record Line(String kernel, String provider, int sizes, long values, long differing) {}

    private static final int SEED = 3;
    private static final int[] DIMENSIONS = {1, 2, 15, 16, 17, 31, 64, 100, 257};
    private static final int[] OUTPUTS = {1, 2, 16, 63, 64, 65, 150};
    private static final int[] BATCHES = {0, 1, 3, 4, 5, 9};
    private static final float[] EXTREMES = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -1e-40f,
        Float.MIN_NORMAL,
        1e30f,
        Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Kernels reference;
    private final Kernels other;
    private int sizes;
    private long values;
    private long differing;

    ParityTable(final Kernels reference, final Kernels other) {
        this.reference = reference;
        this.other = other;
    }

    /** All lines. */
    List<Line> lines() {
        final List<Line> lines = new ArrayList<>();
        lines.add(elementwise("exp", Kernels::exp));
        lines.add(elementwise("log", Kernels::log));
        lines.add(elementwise("sigmoid", Kernels::sigmoid));
        lines.add(elementwise("softmax", Kernels::softmax));
        lines.add(dense("dense scores", RowKernels::denseScores));
        lines.add(dense("dense softmax", RowKernels::denseSoftmax));
        lines.add(adaGrad());
        lines.add(decay());
        lines.add(similarity("top k, inner product", RowKernels::topK));
        lines.add(similarity("top k, cosine", RowKernels::topKCosine));
        return lines;
    }

    private Line line(final String kernel) {
        final Line line = new Line(kernel, other.name(), sizes, values, differing);
        sizes = 0;
        values = 0;
        differing = 0;
        return line;
    }

    private void compare(final float expected, final float actual) {
        values++;
        differing += Float.floatToIntBits(expected) == Float.floatToIntBits(actual) ? 0 : 1;
    }

    private void compare(final FloatRows expected, final FloatRows actual, final int count) {
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < expected.dimension(); i++) {
                compare(expected.get(r, i), actual.get(r, i));
            }
        }
    }

    private float value(final boolean extreme, final float scale) {
        return extreme && random.nextInt(5) == 0
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : (float) ((random.nextDouble() * 2 - 1) * scale);
    }

    private FloatRows rows(final Arena arena, final int count, final int dimension, final boolean extreme) {
        final FloatRows rows = FloatRows.allocate(arena, Math.max(1, count), dimension);
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < dimension; i++) {
                rows.set(r, i, value(extreme, 1f));
            }
        }
        return rows;
    }

    /** A kernel of single numbers. */
    private interface InPlace {
        void on(Kernels kernels, float[] x, int n);
    }

    private Line elementwise(final String kernel, final InPlace call) {
        for (final int n : DIMENSIONS) {
            for (int round = 0; round < 40; round++) {
                final float[] expected = new float[n];
                for (int i = 0; i < n; i++) {
                    expected[i] = value(round % 2 == 0, 60f);
                }
                final float[] actual = expected.clone();
                call.on(reference, expected, n);
                call.on(other, actual, n);
                for (int i = 0; i < n; i++) {
                    compare(expected[i], actual[i]);
                }
            }
            sizes++;
        }
        return line(kernel);
    }

    /** A kernel of a layer. */
    private interface OfLayer {
        void on(RowKernels kernels, DenseLayer layer, FloatRows x, int count, FloatRows out);
    }

    private DenseLayer layer(final Arena arena, final int inputs, final int outputs, final boolean extreme) {
        final DenseLayer layer = DenseLayer.allocate(arena, inputs, outputs);
        for (int d = 0; d <= inputs; d++) {
            for (int o = 0; o < outputs; o++) {
                layer.weight(d, o, value(extreme, 1f));
            }
        }
        return layer;
    }

    private Line dense(final String kernel, final OfLayer call) {
        for (final int inputs : DIMENSIONS) {
            for (final int outputs : OUTPUTS) {
                for (final int batch : BATCHES) {
                    try (Arena arena = Arena.ofConfined()) {
                        final boolean extreme = (inputs + outputs + batch) % 2 == 0;
                        final DenseLayer layer = layer(arena, inputs, outputs, extreme);
                        final FloatRows x = rows(arena, batch, inputs, extreme);
                        final FloatRows expected = FloatRows.allocate(arena, Math.max(1, batch), outputs);
                        final FloatRows actual = FloatRows.allocate(arena, Math.max(1, batch), outputs);
                        call.on(reference.rows(), layer, x, batch, expected);
                        resident(layer, () -> call.on(other.rows(), layer, x, batch, actual));
                        compare(expected, actual, batch);
                    }
                    sizes++;
                }
            }
        }
        return line(kernel);
    }

    private Line adaGrad() {
        for (final int inputs : DIMENSIONS) {
            for (final int outputs : OUTPUTS) {
                try (Arena arena = Arena.ofConfined()) {
                    final DenseLayer expected = DenseLayer.allocate(arena, inputs, outputs);
                    final DenseLayer actual = DenseLayer.allocate(arena, inputs, outputs);
                    for (int step = 0; step < 3; step++) {
                        final FloatRows x = rows(arena, 5, inputs, step == 2);
                        final FloatRows gradients = rows(arena, 5, outputs, step == 2);
                        reference.rows().adaGrad(expected, x, gradients, 5, 0.5f, 1e-4f);
                        resident(actual, () -> other.rows().adaGrad(actual, x, gradients, 5, 0.5f, 1e-4f));
                    }
                    for (int d = 0; d <= inputs; d++) {
                        for (int o = 0; o < outputs; o++) {
                            compare(expected.weight(d, o), actual.weight(d, o));
                            compare(expected.accumulator(d, o), actual.accumulator(d, o));
                        }
                    }
                }
                sizes++;
            }
        }
        return line("adagrad");
    }

    /** With the layer in the provider's own memory, where it has some. */
    private void resident(final DenseLayer layer, final Runnable call) {
        other.rows().residents().reside(layer);
        call.run();
        other.rows().residents().leave(layer);
    }

    private void resident(final FloatRows rows, final Runnable call) {
        other.rows().residents().reside(rows);
        call.run();
        other.rows().residents().leave(rows);
    }

    private Line decay() {
        for (final int dimension : DIMENSIONS) {
            try (Arena arena = Arena.ofConfined()) {
                final FloatRows expected = rows(arena, 9, dimension, true);
                final FloatRows actual = FloatRows.allocate(arena, 9, dimension);
                actual.alive().copyFrom(expected.alive());
                final FloatRows more = rows(arena, 4, dimension, true);
                final int[] at = {7, 0, 3, 8};
                final float[] factors = {0.5f, 1f, value(true, 1f), -0f};
                reference.rows().decayAdd(expected, at, factors, more, 4);
                resident(actual, () -> other.rows().decayAdd(actual, at, factors, more, 4));
                compare(expected, actual, 9);
            }
            sizes++;
        }
        return line("decay and add");
    }

    /** A search. */
    private interface Search {
        void on(RowKernels kernels, FloatRows rows, int count, float[] query, TopK best);
    }

    private Line similarity(final String kernel, final Search search) {
        for (final int dimension : DIMENSIONS) {
            for (final int count : new int[] {0, 1, 3, 4, 50}) {
                try (Arena arena = Arena.ofConfined()) {
                    final FloatRows rows = rows(arena, count, dimension, count % 2 == 0);
                    final float[] query = new float[dimension];
                    for (int i = 0; i < dimension; i++) {
                        query[i] = value(false, 1f);
                    }
                    final TopK expected = new TopK(20);
                    final TopK actual = new TopK(20);
                    search.on(reference.rows(), rows, count, query, expected);
                    resident(rows, () -> search.on(other.rows(), rows, count, query, actual));
                    compare(expected.size(), actual.size());
                    for (int place = 0; place < Math.min(expected.size(), actual.size()); place++) {
                        compare(expected.row(place), actual.row(place));
                        compare(expected.score(place), actual.score(place));
                    }
                }
                sizes++;
            }
        }
        return line(kernel);
    }

    /** As people read it. */
    static String text(final Line line) {
        return String.format(
                Locale.ROOT,
                "  %-24s%-10s%6d%,12d%10d",
                line.kernel(),
                line.provider(),
                line.sizes(),
                line.values(),
                line.differing());
    }
}
