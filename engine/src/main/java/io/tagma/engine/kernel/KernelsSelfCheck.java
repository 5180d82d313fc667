package io.tagma.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A short comparison of a provider with the scalar reference on seeded inputs, run once at start-up by the launching thread.
 *
 * <p>It is not the parity suite: it catches a JVM or a processor on which the provider computes something else at all.
 */
final class KernelsSelfCheck {
    private static final int LENGTH = 67;
    private static final int ROWS = 9;
    private static final Kernels REFERENCE = new ScalarKernels();

    private final SplittableRandom random = new SplittableRandom(7461);
    private final Kernels candidate;

    private KernelsSelfCheck(final Kernels candidate) {
        this.candidate = candidate;
    }

    /** The name of the first kernel that differs, or the empty string. */
    static String firstDifference(final Kernels candidate) {
        final KernelsSelfCheck check = new KernelsSelfCheck(candidate);
        if (!check.elementwise()) {
            return "exp, log, sigmoid or softmax";
        }
        if (!check.dense()) {
            return "dot, adaGrad or denseScores";
        }
        if (!check.sparse()) {
            return "sparseScores or sparseAdaGrad";
        }
        return check.rows() ? "" : "the row kernels";
    }

    private boolean elementwise() {
        final float[] a = values(40f);
        final float[] b = a.clone();
        REFERENCE.exp(a, LENGTH);
        candidate.exp(b, LENGTH);
        boolean same = Arrays.equals(a, b);
        REFERENCE.log(a, LENGTH);
        candidate.log(b, LENGTH);
        same &= Arrays.equals(a, b);
        REFERENCE.sigmoid(a, LENGTH);
        candidate.sigmoid(b, LENGTH);
        same &= Arrays.equals(a, b);
        REFERENCE.softmax(a, LENGTH);
        candidate.softmax(b, LENGTH);
        return same && Arrays.equals(a, b);
    }

    private boolean dense() {
        final float[] x = values(2f);
        final float[] w = values(1f);
        final float[] w2 = w.clone();
        final float[] g = new float[LENGTH];
        Arrays.fill(g, 1e-4f);
        final float[] g2 = g.clone();
        REFERENCE.adaGrad(w, g, x, LENGTH, 0.3f, 0.5f);
        candidate.adaGrad(w2, g2, x, LENGTH, 0.3f, 0.5f);
        final float[] out = new float[LENGTH];
        final float[] out2 = new float[LENGTH];
        REFERENCE.denseScores(w, 11, x, 6, out, 11);
        candidate.denseScores(w, 11, x, 6, out2, 11);
        return Arrays.equals(w, w2)
                && Arrays.equals(g, g2)
                && Arrays.equals(out, out2)
                && REFERENCE.dot(w, x, LENGTH) == candidate.dot(w, x, LENGTH);
    }

    private boolean sparse() {
        final WeightTable a = new WeightTable(LENGTH, ROWS);
        final WeightTable b = new WeightTable(LENGTH, ROWS);
        final int[] rows = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = a.addRow();
            b.addRow();
        }
        final float[] out = new float[a.stride()];
        final float[] out2 = new float[a.stride()];
        for (int round = 0; round < 3; round++) {
            final float[] gradient = Arrays.copyOf(values(1f), a.stride());
            gradient[round] = 0f;
            final float[] x = values(1f);
            REFERENCE.sparseAdaGrad(a, rows, x, ROWS, gradient, 0.5f, 1e-4f);
            candidate.sparseAdaGrad(b, rows, x, ROWS, gradient, 0.5f, 1e-4f);
            REFERENCE.sparseScores(a, rows, x, ROWS, out);
            candidate.sparseScores(b, rows, x, ROWS, out2);
        }
        return sameRows(a, b) && Arrays.equals(out, out2);
    }

    private boolean rows() {
        final Residents residents = candidate.rows().residents();
        try (Arena arena = Arena.ofConfined()) {
            final FloatRows x = FloatRows.allocate(arena, ROWS, LENGTH);
            final FloatRows x2 = FloatRows.allocate(arena, ROWS, LENGTH);
            final DenseLayer layer = DenseLayer.allocate(arena, LENGTH, LENGTH);
            final DenseLayer layer2 = DenseLayer.allocate(arena, LENGTH, LENGTH);
            for (int i = 0; i < LENGTH; i++) {
                final float[] values = values(1f);
                for (int k = 0; k < LENGTH; k++) {
                    x.set(i % ROWS, k, values[k]);
                    x2.set(i % ROWS, k, values[k]);
                    layer.weight(i, k, values[k]);
                    layer2.weight(i, k, values[k]);
                }
            }
            // Where the candidate keeps copies, it is to use them here.
            residents.reside(layer2);
            residents.reside(x2);
            try {
                return faded(arena, x, x2) && stepped(arena, x, layer, layer2) && similar(x, x2);
            } finally {
                residents.leave(layer2);
                residents.leave(x2);
            }
        }
    }

    private boolean faded(final Arena arena, final FloatRows x, final FloatRows x2) {
        final FloatRows more = FloatRows.allocate(arena, 2, LENGTH);
        final float[] values = values(1f);
        for (int k = 0; k < LENGTH; k++) {
            more.set(0, k, values[k]);
            more.set(1, k, -values[k]);
        }
        final int[] at = {ROWS - 2, 1};
        final float[] decay = {0.75f, 0.5f};
        REFERENCE.rows().decayAdd(x, at, decay, more, 2);
        candidate.rows().decayAdd(x2, at, decay, more, 2);
        return sameRows(x, x2);
    }

    private static boolean sameRows(final FloatRows a, final FloatRows b) {
        boolean same = true;
        for (int r = 0; r < ROWS; r++) {
            for (int k = 0; k < LENGTH; k++) {
                same &= a.get(r, k) == b.get(r, k);
            }
        }
        return same;
    }

    /** A step, and the probabilities behind it. */
    private boolean stepped(final Arena arena, final FloatRows x, final DenseLayer layer, final DenseLayer layer2) {
        final FloatRows out = FloatRows.allocate(arena, ROWS, LENGTH);
        final FloatRows out2 = FloatRows.allocate(arena, ROWS, LENGTH);
        REFERENCE.rows().adaGrad(layer, x, x, ROWS, 0.5f, 1e-4f);
        candidate.rows().adaGrad(layer2, x, x, ROWS, 0.5f, 1e-4f);
        REFERENCE.rows().denseSoftmax(layer, x, ROWS, out);
        candidate.rows().denseSoftmax(layer2, x, ROWS, out2);
        return sameRows(out, out2);
    }

    private boolean similar(final FloatRows x, final FloatRows x2) {
        final float[] query = values(1f);
        final TopK best = new TopK(ROWS);
        final TopK best2 = new TopK(ROWS);
        REFERENCE.rows().topKCosine(x, ROWS, query, best);
        candidate.rows().topKCosine(x2, ROWS, query, best2);
        boolean same = true;
        for (int place = 0; place < ROWS; place++) {
            same &= best.row(place) == best2.row(place) && best.score(place) == best2.score(place);
        }
        return same;
    }

    private static boolean sameRows(final WeightTable a, final WeightTable b) {
        boolean same = true;
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < a.rowLength(); i++) {
                same &= a.weight(row, i) == b.weight(row, i);
            }
        }
        return same;
    }

    private float[] values(final float scale) {
        final float[] values = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1) * scale;
        }
        return values;
    }
}
