package io.tagma.perf.kernel;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.RowKernels;
import io.tagma.engine.kernel.WeightTable;

/** Another class of kernels that does what some other does: a third kind of receiver for a call site. Stateless. */
class OtherKernels implements Kernels {
    private final Kernels kernels;

    OtherKernels(final Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public String name() {
        return kernels.name();
    }

    @Override
    public RowKernels rows() {
        return kernels.rows();
    }

    @Override
    public void sparseScores(
            final WeightTable table, final int[] rows, final float[] values, final int active, final float[] out) {
        kernels.sparseScores(table, rows, values, active, out);
    }

    @Override
    public void sparseAdaGrad(
            final WeightTable table,
            final int[] rows,
            final float[] values,
            final int active,
            final float[] gradient,
            final float eta,
            final float epsilon) {
        kernels.sparseAdaGrad(table, rows, values, active, gradient, eta, epsilon);
    }

    @Override
    public void softmax(final float[] scores, final int n) {
        kernels.softmax(scores, n);
    }

    @Override
    public float dot(final float[] w, final float[] x, final int n) {
        return kernels.dot(w, x, n);
    }

    @Override
    public void adaGrad(
            final float[] w, final float[] g2, final float[] x, final int n, final float gradient, final float eta) {
        kernels.adaGrad(w, g2, x, n, gradient, eta);
    }

    @Override
    public void denseScores(
            final float[] weights,
            final int stride,
            final float[] x,
            final int n,
            final float[] out,
            final int outputs) {
        kernels.denseScores(weights, stride, x, n, out, outputs);
    }

    @Override
    public void exp(final float[] x, final int n) {
        kernels.exp(x, n);
    }

    @Override
    public void log(final float[] x, final int n) {
        kernels.log(x, n);
    }

    @Override
    public void sigmoid(final float[] x, final int n) {
        kernels.sigmoid(x, n);
    }
}
