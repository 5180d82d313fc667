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
        try (Arena arena = Arena.ofConfined()) {
            final FloatRows x = FloatRows.allocate(arena, ROWS, LENGTH);
            final FloatRows out = FloatRows.allocate(arena, ROWS, LENGTH);
            final FloatRows out2 = FloatRows.allocate(arena, ROWS, LENGTH);
            final DenseLayer layer = DenseLayer.allocate(arena, LENGTH, LENGTH);
            for (int i = 0; i < LENGTH; i++) {
                final float[] values = values(1f);
                for (int k = 0; k < LENGTH; k++) {
                    x.set(i % ROWS, k, values[k]);
                    layer.weight(i, k, values[k]);
                }
            }
            REFERENCE.rows().denseSoftmax(layer, x, ROWS, out);
            candidate.rows().denseSoftmax(layer, x, ROWS, out2);
            boolean same = true;
            for (int r = 0; r < ROWS; r++) {
                for (int k = 0; k < LENGTH; k++) {
                    same &= out.get(r, k) == out2.get(r, k);
                }
            }
            final float[] query = values(1f);
            final TopK best = new TopK(ROWS);
            final TopK best2 = new TopK(ROWS);
            REFERENCE.rows().topKCosine(x, ROWS, query, best);
            candidate.rows().topKCosine(x, ROWS, query, best2);
            for (int place = 0; place < ROWS; place++) {
                same &= best.row(place) == best2.row(place) && best.score(place) == best2.score(place);
            }
            return same;
        }
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
