package io.tagma.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Calls of each kernel at given sizes, on inputs that stay finite however often they are repeated. Owned by the measuring thread,
 * for as long as its arena is open.
 */
final class CalibrationCase {
    static final int MOST_FLOATS = 1024;

    private static final int ACTIVE = 8;
    private static final int WIDEST = 256;
    private static final int INPUTS = 64;
    private static final int OUTPUTS = 16;
    private static final int MOST_ROWS = 256;
    private static final int DIMENSION = 64;
    private static final long LAYER = (long) INPUTS * OUTPUTS;

    private static final List<Integer> FLOATS = List.of(4, 16, 64, MOST_FLOATS);
    private static final List<Integer> CLASSES = List.of(16, 64, WIDEST);
    private static final List<Integer> ROWS = List.of(1, 4, 32, MOST_ROWS);

    private static final List<MeasuredKernel<CalibrationCase>> KERNELS = List.of(
            new MeasuredKernel<>(
                    "sparseScores", CLASSES, 1, (in, k, n) -> k.sparseScores(in.table(n), in.at, in.x, ACTIVE, in.out)),
            new MeasuredKernel<>(
                    "sparseAdaGrad",
                    CLASSES,
                    1,
                    (in, k, n) -> k.sparseAdaGrad(in.table(n), in.at, in.x, ACTIVE, in.x, 1e-6f, 1f)),
            new MeasuredKernel<>("softmax", FLOATS, 1, (in, k, n) -> k.softmax(in.fresh(n), n)),
            new MeasuredKernel<>("dot", FLOATS, 1, (in, k, n) -> in.out[0] = k.dot(in.x, in.w, n)),
            new MeasuredKernel<>("adaGrad", FLOATS, 1, (in, k, n) -> k.adaGrad(in.w, in.g2, in.x, n, 0.1f, 1e-6f)),
            new MeasuredKernel<>(
                    "denseScores", CLASSES, 1, (in, k, n) -> k.denseScores(in.dense, n, in.x, INPUTS, in.out, n)),
            new MeasuredKernel<>("exp", FLOATS, 1, (in, k, n) -> k.exp(in.fresh(n), n)),
            new MeasuredKernel<>("log", FLOATS, 1, (in, k, n) -> k.log(in.fresh(n), n)),
            new MeasuredKernel<>("sigmoid", FLOATS, 1, (in, k, n) -> k.sigmoid(in.fresh(n), n)),
            new MeasuredKernel<>(
                    "rows.denseScores",
                    ROWS,
                    LAYER,
                    (in, k, n) -> k.rows().denseScores(in.layer, in.rows, n, in.scores)),
            new MeasuredKernel<>(
                    "rows.denseSoftmax",
                    ROWS,
                    LAYER,
                    (in, k, n) -> k.rows().denseSoftmax(in.layer, in.rows, n, in.scores)),
            new MeasuredKernel<>(
                    "rows.adaGrad",
                    ROWS,
                    LAYER,
                    (in, k, n) -> k.rows().adaGrad(in.layer, in.rows, in.gradients, n, 1e-6f, 1f)),
            new MeasuredKernel<>(
                    "rows.decayAdd",
                    ROWS,
                    DIMENSION,
                    (in, k, n) -> k.rows().decayAdd(in.changed, in.at, in.decay, in.rows, n)),
            new MeasuredKernel<>(
                    "rows.topK", ROWS, DIMENSION, (in, k, n) -> k.rows().topK(in.rows, n, in.query, in.best)),
            new MeasuredKernel<>(
                    "rows.topKCosine",
                    ROWS,
                    DIMENSION,
                    (in, k, n) -> k.rows().topKCosine(in.rows, n, in.query, in.best)));

    private final SplittableRandom random = new SplittableRandom(1931);
    private final float[] x = positive();
    private final float[] w = positive();
    private final float[] g2 = positive();
    private final float[] query = Arrays.copyOf(x, DIMENSION);
    private final float[] out = new float[MOST_FLOATS];
    private final float[] work = new float[MOST_FLOATS];
    private final float[] dense = new float[INPUTS * WIDEST];
    private final float[] decay = new float[MOST_ROWS];
    private final int[] at = new int[MOST_ROWS];
    private final WeightTable[] tables = new WeightTable[CLASSES.size()];
    private final TopK best = new TopK(8);
    private final DenseLayer layer;
    private final FloatRows rows;
    private final FloatRows changed;
    private final FloatRows scores;
    private final FloatRows gradients;

    CalibrationCase(final Arena arena) {
        layer = DenseLayer.allocate(arena, INPUTS, OUTPUTS);
        rows = FloatRows.allocate(arena, MOST_ROWS, DIMENSION);
        changed = FloatRows.allocate(arena, MOST_ROWS, DIMENSION);
        scores = FloatRows.allocate(arena, MOST_ROWS, OUTPUTS);
        gradients = FloatRows.allocate(arena, MOST_ROWS, OUTPUTS);
        Arrays.setAll(at, i -> i);
        Arrays.fill(decay, 0.5f);
        for (int i = 0; i < dense.length; i++) {
            dense[i] = value();
        }
        for (int i = 0; i < tables.length; i++) {
            tables[i] = new WeightTable(CLASSES.get(i), ACTIVE);
            for (int row = 0; row < ACTIVE; row++) {
                tables[i].addRow();
            }
        }
        for (int r = 0; r < MOST_ROWS; r++) {
            for (int i = 0; i < DIMENSION; i++) {
                rows.set(r, i, value());
            }
            for (int i = 0; i < OUTPUTS; i++) {
                gradients.set(r, i, value());
            }
        }
    }

    static List<MeasuredKernel<CalibrationCase>> kernels() {
        return KERNELS;
    }

    static List<String> names() {
        return KERNELS.stream().map(MeasuredKernel::name).toList();
    }

    private WeightTable table(final int classes) {
        return tables[CLASSES.indexOf(classes)];
    }

    /** What a kernel that works in place may change. */
    private float[] fresh(final int n) {
        System.arraycopy(x, 0, work, 0, n);
        return work;
    }

    private float[] positive() {
        final float[] values = new float[MOST_FLOATS];
        for (int i = 0; i < values.length; i++) {
            values[i] = value();
        }
        return values;
    }

    private float value() {
        return 0.1f + (float) random.nextDouble();
    }
}
