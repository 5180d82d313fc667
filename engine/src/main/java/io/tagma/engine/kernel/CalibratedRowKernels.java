package io.tagma.engine.kernel;

/**
 * The row kernels of two providers, by the multiply-adds of a call; stateless, any thread. See {@link CalibratedKernels}.
 */
final class CalibratedRowKernels implements RowKernels {
    private final RowKernels small;
    private final RowKernels large;
    private final long denseScoresFrom;
    private final long denseSoftmaxFrom;
    private final long adaGradFrom;
    private final long decayAddFrom;
    private final long topKFrom;
    private final long topKCosineFrom;

    CalibratedRowKernels(final RowKernels small, final RowKernels large, final Calibration calibration) {
        this.small = small;
        this.large = large;
        denseScoresFrom = calibration.from("rows.denseScores");
        denseSoftmaxFrom = calibration.from("rows.denseSoftmax");
        adaGradFrom = calibration.from("rows.adaGrad");
        decayAddFrom = calibration.from("rows.decayAdd");
        topKFrom = calibration.from("rows.topK");
        topKCosineFrom = calibration.from("rows.topKCosine");
    }

    /** Multiply-adds of a call. */
    static long work(final DenseLayer layer, final int count) {
        return (long) count * layer.inputs() * layer.outputs();
    }

    /** Multiply-adds of a call. */
    static long work(final FloatRows rows, final int count) {
        return (long) count * rows.dimension();
    }

    @Override
    public void denseScores(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        (work(layer, count) < denseScoresFrom ? small : large).denseScores(layer, x, count, out);
    }

    @Override
    public void denseSoftmax(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        (work(layer, count) < denseSoftmaxFrom ? small : large).denseSoftmax(layer, x, count, out);
    }

    @Override
    public void adaGrad(
            final DenseLayer layer,
            final FloatRows x,
            final FloatRows gradients,
            final int count,
            final float eta,
            final float epsilon) {
        (work(layer, count) < adaGradFrom ? small : large).adaGrad(layer, x, gradients, count, eta, epsilon);
    }

    @Override
    public void decayAdd(
            final FloatRows rows, final int[] at, final float[] decay, final FloatRows increments, final int count) {
        (work(rows, count) < decayAddFrom ? small : large).decayAdd(rows, at, decay, increments, count);
    }

    @Override
    public void topK(final FloatRows rows, final int count, final float[] query, final TopK best) {
        (work(rows, count) < topKFrom ? small : large).topK(rows, count, query, best);
    }

    @Override
    public void topKCosine(final FloatRows rows, final int count, final float[] query, final TopK best) {
        (work(rows, count) < topKCosineFrom ? small : large).topKCosine(rows, count, query, best);
    }
}
