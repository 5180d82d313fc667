package io.tagma.engine.kernel;

import java.util.List;

/**
 * From which size on a GPU is asked, by kernel, in multiply-adds of a call. Immutable. It decides who computes, never what.
 *
 * @param lines the times behind it, a line a kernel; empty where nothing was measured
 */
record CudaCrossovers(
        long sparseScores,
        long sparseAdaGrad,
        long denseScores,
        long denseSoftmax,
        long adaGrad,
        long decayAdd,
        long topK,
        long topKCosine,
        List<String> lines) {

    /** The same size for all of them. */
    static CudaCrossovers all(final long work) {
        return new CudaCrossovers(work, work, work, work, work, work, work, work, List.of());
    }

    /** As measured. */
    static CudaCrossovers of(final Calibration calibration) {
        return new CudaCrossovers(
                calibration.from("sparseScores"),
                calibration.from("sparseAdaGrad"),
                calibration.from("rows.denseScores"),
                calibration.from("rows.denseSoftmax"),
                calibration.from("rows.adaGrad"),
                calibration.from("rows.decayAdd"),
                calibration.from("rows.topK"),
                calibration.from("rows.topKCosine"),
                calibration.lines());
    }
}
