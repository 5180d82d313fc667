package io.tagma.engine.kernel;

import java.lang.ref.Reference;
import org.agrona.UnsafeApi;

/**
 * The scalar reference: what the kernels mean, and what every other provider is compared with. Stateless, any thread.
 *
 * <p>Written for the reader rather than for speed: an order of operations changed here is a change of every journal's
 * replay.
 */
public final class ScalarKernels implements Kernels {
    private static final RowKernels ROWS = new ScalarRowKernels();

    /** Creates the reference; it holds no state. */
    public ScalarKernels() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public RowKernels rows() {
        return ROWS;
    }

    @Override
    public void sparseScores(
            final WeightTable table, final int[] rows, final float[] values, final int active, final float[] out) {
        try {
            final int stride = table.stride();
            for (int c = 0; c < stride; c++) {
                out[c] = 0f;
            }
            for (int j = 0; j < active; j++) {
                final long row = table.address(rows[j]);
                final float value = values[j];
                for (int c = 0; c < stride; c++) {
                    out[c] = Math.fma(value, UnsafeApi.getFloat(row + (long) c * Float.BYTES), out[c]);
                }
            }
        } finally {
            Reference.reachabilityFence(table);
        }
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
        try {
            final int stride = table.stride();
            for (int j = 0; j < active; j++) {
                final long row = table.address(rows[j]);
                for (int c = 0; c < stride; c++) {
                    if (gradient[c] != 0f) {
                        move(row + (long) c * Float.BYTES, stride, gradient[c] * values[j], eta, epsilon);
                    }
                }
            }
        } finally {
            Reference.reachabilityFence(table);
        }
    }

    @Override
    public void softmax(final float[] scores, final int n) {
        final float max = max(scores, n);
        float sum = 0f;
        for (int c = 0; c < n; c++) {
            scores[c] = FloatMath.exp(scores[c] - max);
            sum += scores[c];
        }
        for (int c = 0; c < n; c++) {
            scores[c] = scores[c] / sum;
        }
    }

    @Override
    public float dot(final float[] w, final float[] x, final int n) {
        float sum = 0f;
        for (int i = 0; i < n; i++) {
            sum = Math.fma(w[i], x[i], sum);
        }
        return sum;
    }

    @Override
    public void adaGrad(
            final float[] w, final float[] g2, final float[] x, final int n, final float gradient, final float eta) {
        for (int i = 0; i < n; i++) {
            final float g = gradient * x[i];
            g2[i] = Math.fma(g, g, g2[i]);
            w[i] = w[i] - (eta * g) / sqrt(g2[i]);
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
        for (int o = 0; o < outputs; o++) {
            out[o] = 0f;
        }
        for (int i = 0; i < n; i++) {
            final int base = i * stride;
            for (int o = 0; o < outputs; o++) {
                out[o] = Math.fma(x[i], weights[base + o], out[o]);
            }
        }
    }

    @Override
    public void exp(final float[] x, final int n) {
        for (int i = 0; i < n; i++) {
            x[i] = FloatMath.exp(x[i]);
        }
    }

    @Override
    public void log(final float[] x, final int n) {
        for (int i = 0; i < n; i++) {
            x[i] = FloatMath.log(x[i]);
        }
    }

    @Override
    public void sigmoid(final float[] x, final int n) {
        for (int i = 0; i < n; i++) {
            x[i] = FloatMath.sigmoid(x[i]);
        }
    }

    /** The largest that is not NaN: a NaN shows in the sum all the same, and a plain comparison is a branch seldom taken. */
    static float max(final float[] scores, final int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < n; c++) {
            if (scores[c] > max) {
                max = scores[c];
            }
        }
        return max;
    }

    /** Moves one weight, at an address, by one step of AdaGrad. */
    static void move(final long weight, final int stride, final float g, final float eta, final float epsilon) {
        final long accumulator = weight + (long) stride * Float.BYTES;
        final float g2 = Math.fma(g, g, UnsafeApi.getFloat(accumulator));
        UnsafeApi.putFloat(accumulator, g2);
        UnsafeApi.putFloat(weight, UnsafeApi.getFloat(weight) - (eta * g) / sqrt(g2 + epsilon));
    }

    /** The square root of a float by way of double is correctly rounded: 53 bits are more than twice 24 and two. */
    private static float sqrt(final float x) {
        return (float) Math.sqrt(x);
    }
}
