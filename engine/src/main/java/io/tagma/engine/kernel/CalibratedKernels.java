package io.tagma.engine.kernel;

import java.util.List;

/**
 * Two providers, one for small calls and one for large ones; stateless, any thread.
 *
 * <p>Which one computes depends on the size of the call and on what was measured, the result on neither. A third provider is the large
 * one of a second pair.
 */
final class CalibratedKernels implements Kernels {
    private final Kernels small;
    private final Kernels large;
    private final Calibration calibration;
    private final CalibratedRowKernels rows;
    private final long sparseScoresFrom;
    private final long sparseAdaGradFrom;
    private final long softmaxFrom;
    private final long dotFrom;
    private final long adaGradFrom;
    private final long denseScoresFrom;
    private final long expFrom;
    private final long logFrom;
    private final long sigmoidFrom;

    CalibratedKernels(final Kernels small, final Kernels large, final Calibration calibration) {
        this.small = small;
        this.large = large;
        this.calibration = calibration;
        rows = new CalibratedRowKernels(small.rows(), large.rows(), calibration);
        sparseScoresFrom = calibration.from("sparseScores");
        sparseAdaGradFrom = calibration.from("sparseAdaGrad");
        softmaxFrom = calibration.from("softmax");
        dotFrom = calibration.from("dot");
        adaGradFrom = calibration.from("adaGrad");
        denseScoresFrom = calibration.from("denseScores");
        expFrom = calibration.from("exp");
        logFrom = calibration.from("log");
        sigmoidFrom = calibration.from("sigmoid");
    }

    @Override
    public String name() {
        return KernelCalibration.NAME;
    }

    @Override
    public List<String> calibration() {
        return calibration.lines();
    }

    @Override
    public RowKernels rows() {
        return rows;
    }

    @Override
    public void sparseScores(
            final WeightTable table,
            final int[] rowNumbers,
            final float[] values,
            final int active,
            final float[] out) {
        if (table.stride() < sparseScoresFrom) {
            small.sparseScores(table, rowNumbers, values, active, out);
        } else {
            large.sparseScores(table, rowNumbers, values, active, out);
        }
    }

    @Override
    public void sparseAdaGrad(
            final WeightTable table,
            final int[] rowNumbers,
            final float[] values,
            final int active,
            final float[] gradient,
            final float eta,
            final float epsilon) {
        if (table.stride() < sparseAdaGradFrom) {
            small.sparseAdaGrad(table, rowNumbers, values, active, gradient, eta, epsilon);
        } else {
            large.sparseAdaGrad(table, rowNumbers, values, active, gradient, eta, epsilon);
        }
    }

    @Override
    public void softmax(final float[] scores, final int n) {
        if (n < softmaxFrom) {
            small.softmax(scores, n);
        } else {
            large.softmax(scores, n);
        }
    }

    @Override
    public float dot(final float[] w, final float[] x, final int n) {
        return n < dotFrom ? small.dot(w, x, n) : large.dot(w, x, n);
    }

    @Override
    public void adaGrad(
            final float[] w, final float[] g2, final float[] x, final int n, final float gradient, final float eta) {
        if (n < adaGradFrom) {
            small.adaGrad(w, g2, x, n, gradient, eta);
        } else {
            large.adaGrad(w, g2, x, n, gradient, eta);
        }
    }

    @Override
    public void denseScores(
            final float[] weights,
            final int stride,
            final float[] x,
            final int n,
            final float[] out,
            final int outputs) {
        if (outputs < denseScoresFrom) {
            small.denseScores(weights, stride, x, n, out, outputs);
        } else {
            large.denseScores(weights, stride, x, n, out, outputs);
        }
    }

    @Override
    public void exp(final float[] x, final int n) {
        if (n < expFrom) {
            small.exp(x, n);
        } else {
            large.exp(x, n);
        }
    }

    @Override
    public void log(final float[] x, final int n) {
        if (n < logFrom) {
            small.log(x, n);
        } else {
            large.log(x, n);
        }
    }

    @Override
    public void sigmoid(final float[] x, final int n) {
        if (n < sigmoidFrom) {
            small.sigmoid(x, n);
        } else {
            large.sigmoid(x, n);
        }
    }
}
