package io.tagma.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Calls of the kernels that a GPU has, at sizes on both sides of where it may begin to be worth the way: weights and rows are resident
 * there, inputs and answers go over the bus each time. Inputs stay finite however often a call is repeated. Owned by the measuring thread.
 */
final class DeviceCase implements AutoCloseable {
    private static final int CLASSES = 1024;
    private static final int SIDE = 256;
    private static final int DIMENSION = 64;
    private static final long LAYER = (long) SIDE * SIDE;
    private static final List<Integer> ACTIVE = List.of(8, 64, 512);
    private static final List<Integer> BATCHES = List.of(1, 8, 64, 512);
    private static final List<Integer> MOVED = List.of(16, 256, 4096);
    private static final List<Integer> SEARCHED = List.of(256, 4096, 65_536);
    private static final int MOST_ACTIVE = 512;
    private static final int MOST_BATCH = 512;
    private static final int MOST_MOVED = 4096;

    private static final List<MeasuredKernel<DeviceCase>> KERNELS = List.of(
            new MeasuredKernel<>(
                    "sparseScores", ACTIVE, CLASSES, (in, k, n) -> k.sparseScores(in.table, in.at, in.x, n, in.out)),
            new MeasuredKernel<>(
                    "sparseAdaGrad",
                    ACTIVE,
                    CLASSES,
                    (in, k, n) -> k.sparseAdaGrad(in.table, in.at, in.x, n, in.slopes, 1e-6f, 1f)),
            new MeasuredKernel<>(
                    "rows.denseScores",
                    BATCHES,
                    LAYER,
                    (in, k, n) -> k.rows().denseScores(in.layer, in.inputs, n, in.scores)),
            new MeasuredKernel<>(
                    "rows.denseSoftmax",
                    BATCHES,
                    LAYER,
                    (in, k, n) -> k.rows().denseSoftmax(in.layer, in.inputs, n, in.scores)),
            new MeasuredKernel<>(
                    "rows.adaGrad",
                    BATCHES,
                    LAYER,
                    (in, k, n) -> k.rows().adaGrad(in.layer, in.inputs, in.gradients, n, 1e-6f, 1f)),
            new MeasuredKernel<>(
                    "rows.decayAdd",
                    MOVED,
                    DIMENSION,
                    (in, k, n) -> k.rows().decayAdd(in.rows, in.at, in.decay, in.increments, n)),
            new MeasuredKernel<>(
                    "rows.topK", SEARCHED, DIMENSION, (in, k, n) -> k.rows().topK(in.rows, n, in.query, in.best)),
            new MeasuredKernel<>(
                    "rows.topKCosine",
                    SEARCHED,
                    DIMENSION,
                    (in, k, n) -> k.rows().topKCosine(in.rows, n, in.query, in.best)));

    private final SplittableRandom random = new SplittableRandom(2417);
    private final Residents residents;
    private final WeightTable table = new WeightTable(CLASSES, MOST_ACTIVE);
    private final int[] at = new int[MOST_MOVED];
    private final float[] x = new float[MOST_ACTIVE];
    private final float[] slopes = new float[CLASSES];
    private final float[] out = new float[CLASSES];
    private final float[] decay = new float[MOST_MOVED];
    private final float[] query = new float[DIMENSION];
    private final TopK best = new TopK(10);
    private final DenseLayer layer;
    private final FloatRows inputs;
    private final FloatRows scores;
    private final FloatRows gradients;
    private final FloatRows rows;
    private final FloatRows increments;

    /**
     * Inputs, resident where the device's provider can have them.
     *
     * @param kernels the device's; closed after this
     * @param sizes how many sizes of each kernel are measured, 1 or more
     */
    DeviceCase(final Arena arena, final Kernels kernels, final int sizes) {
        residents = kernels.rows().residents();
        layer = DenseLayer.allocate(arena, SIDE, SIDE);
        inputs = filled(FloatRows.allocate(arena, MOST_BATCH, SIDE));
        scores = FloatRows.allocate(arena, MOST_BATCH, SIDE);
        gradients = filled(FloatRows.allocate(arena, MOST_BATCH, SIDE));
        rows = filled(FloatRows.allocate(
                arena, Math.max(MOST_MOVED, SEARCHED.get(Math.min(sizes, SEARCHED.size()) - 1)), DIMENSION));
        increments = filled(FloatRows.allocate(arena, MOST_MOVED, DIMENSION));
        Arrays.setAll(at, i -> i);
        Arrays.fill(decay, 0.5f);
        for (final float[] values : List.of(x, slopes, query)) {
            for (int i = 0; i < values.length; i++) {
                values[i] = value();
            }
        }
        for (int i = 0; i < MOST_ACTIVE; i++) {
            table.addRow();
        }
        residents.reside(layer);
        residents.reside(rows);
    }

    static List<MeasuredKernel<DeviceCase>> kernels(final int sizes) {
        return KERNELS.stream().map(kernel -> kernel.atFirst(sizes)).toList();
    }

    static List<String> names() {
        return KERNELS.stream().map(MeasuredKernel::name).toList();
    }

    private FloatRows filled(final FloatRows fresh) {
        for (int r = 0; r < fresh.count(); r++) {
            for (int i = 0; i < fresh.dimension(); i++) {
                fresh.set(r, i, value());
            }
        }
        return fresh;
    }

    private float value() {
        return 0.1f + (float) random.nextDouble();
    }

    @Override
    public void close() {
        residents.leave(layer);
        residents.leave(rows);
    }
}
