package io.tagma.engine.kernel;

/** Kernels that have another provider do whatever a subclass does not. Any thread; as stateless as the other provider. */
public abstract class DelegatingKernels implements Kernels {
    private final Kernels others;

    /**
     * Over a provider.
     *
     * @param others does everything that is not overridden
     */
    protected DelegatingKernels(final Kernels others) {
        this.others = others;
    }

    /** Who does the rest. */
    protected final Kernels others() {
        return others;
    }

    @Override
    public String name() {
        return others.name();
    }

    @Override
    public RowKernels rows() {
        return others.rows();
    }

    @Override
    public void sparseScores(
            final WeightTable table, final int[] rows, final float[] values, final int active, final float[] out) {
        others.sparseScores(table, rows, values, active, out);
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
        others.sparseAdaGrad(table, rows, values, active, gradient, eta, epsilon);
    }

    @Override
    public void softmax(final float[] scores, final int n) {
        others.softmax(scores, n);
    }

    @Override
    public float dot(final float[] w, final float[] x, final int n) {
        return others.dot(w, x, n);
    }

    @Override
    public void adaGrad(
            final float[] w, final float[] g2, final float[] x, final int n, final float gradient, final float eta) {
        others.adaGrad(w, g2, x, n, gradient, eta);
    }

    @Override
    public void denseScores(
            final float[] weights,
            final int stride,
            final float[] x,
            final int n,
            final float[] out,
            final int outputs) {
        others.denseScores(weights, stride, x, n, out, outputs);
    }

    @Override
    public void exp(final float[] x, final int n) {
        others.exp(x, n);
    }

    @Override
    public void log(final float[] x, final int n) {
        others.log(x, n);
    }

    @Override
    public void sigmoid(final float[] x, final int n) {
        others.sigmoid(x, n);
    }
}
