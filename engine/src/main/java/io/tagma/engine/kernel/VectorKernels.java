package io.tagma.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels in the Vector API, bit-identical to {@link ScalarKernels} for any lane width. Stateless, any thread.
 *
 * <p>Lanes are outputs. A sum over inputs stays one chain per lane, so the width never shows in a result; where there is
 * but one output ({@link #dot}) there is nothing to spread over lanes. Touch this class only where the module {@code
 * jdk.incubator.vector} is present: {@link KernelsProvider} sees to that.
 */
public final class VectorKernels implements Kernels {
    /** System property that narrows the vectors, in bits; the machine's preferred width, at most 512, by default. */
    public static final String WIDTH_PROPERTY = "tagma.kernel.vector.bits";

    static final VectorSpecies<Float> SPECIES = species(Integer.getInteger(WIDTH_PROPERTY, 0));
    private static final int LANES = SPECIES.length();
    private static final int BYTES = LANES * Float.BYTES;
    /** The whole address space as one constant segment: nothing is allocated per row, and the bounds check folds away. */
    @SuppressWarnings("restricted")
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    /** Vectors whose sums are kept in registers during one pass over the rows. */
    private static final int BLOCK = 5;
    /** A step that moves at most one output in so many is done one by one. */
    private static final int SPARSE = 8;

    private static final RowKernels ROWS = new VectorRowKernels();

    /** Creates the provider; it holds no state. */
    public VectorKernels() {}

    private static VectorSpecies<Float> species(final int bits) {
        return switch (bits) {
            case 128 -> FloatVector.SPECIES_128;
            case 256 -> FloatVector.SPECIES_256;
            case 512 -> FloatVector.SPECIES_512;
            case 0 ->
                FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
            default -> throw new IllegalArgumentException(WIDTH_PROPERTY + " must be 128, 256 or 512: " + bits);
        };
    }

    /** Floats a vector. */
    public static int lanes() {
        return LANES;
    }

    @Override
    public String name() {
        return "vector";
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
            int c = 0;
            for (; c <= stride - BLOCK * LANES; c += BLOCK * LANES) {
                sparseBlock(table, rows, values, active, out, c);
            }
            for (; c < stride; c += LANES) {
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int j = 0; j < active; j++) {
                    final FloatVector w = load(table.address(rows[j]) + (long) c * Float.BYTES);
                    sum = FloatVector.broadcast(SPECIES, values[j]).fma(w, sum);
                }
                sum.intoArray(out, c);
            }
        } finally {
            Reference.reachabilityFence(table);
        }
    }

    private static void sparseBlock(
            final WeightTable table,
            final int[] rows,
            final float[] values,
            final int active,
            final float[] out,
            final int c) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        for (int j = 0; j < active; j++) {
            final long at = table.address(rows[j]) + (long) c * Float.BYTES;
            final FloatVector value = FloatVector.broadcast(SPECIES, values[j]);
            s0 = value.fma(load(at), s0);
            s1 = value.fma(load(at + BYTES), s1);
            s2 = value.fma(load(at + 2L * BYTES), s2);
            s3 = value.fma(load(at + 3L * BYTES), s3);
            s4 = value.fma(load(at + 4L * BYTES), s4);
        }
        s0.intoArray(out, c);
        s1.intoArray(out, c + LANES);
        s2.intoArray(out, c + 2 * LANES);
        s3.intoArray(out, c + 3 * LANES);
        s4.intoArray(out, c + 4 * LANES);
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
            int moved = 0;
            for (int c = 0; c < stride; c++) {
                moved += gradient[c] != 0f ? 1 : 0;
            }
            if (moved * SPARSE <= stride) {
                moveFew(table, rows, values, active, gradient, eta, epsilon);
            } else {
                for (int j = 0; j < active; j++) {
                    final long row = table.address(rows[j]);
                    for (int c = 0; c < stride; c += LANES) {
                        move(row + (long) c * Float.BYTES, stride, gradient, c, values[j], eta, epsilon);
                    }
                }
            }
        } finally {
            Reference.reachabilityFence(table);
        }
    }

    /** With a floor under gradients a step moves a few outputs of a row, and single floats are cheaper than whole rows. */
    private static void moveFew(
            final WeightTable table,
            final int[] rows,
            final float[] values,
            final int active,
            final float[] gradient,
            final float eta,
            final float epsilon) {
        final int stride = table.stride();
        for (int from = 0; from < stride; from += Long.SIZE) {
            long outputs = 0;
            for (int c = from; c < Math.min(stride, from + Long.SIZE); c++) {
                outputs |= gradient[c] != 0f ? 1L << (c - from) : 0L;
            }
            for (int j = 0; j < active && outputs != 0; j++) {
                final long row = table.address(rows[j]);
                for (long left = outputs; left != 0; left &= left - 1) {
                    final int c = from + Long.numberOfTrailingZeros(left);
                    ScalarKernels.move(row + (long) c * Float.BYTES, stride, gradient[c] * values[j], eta, epsilon);
                }
            }
        }
    }

    private static void move(
            final long weights,
            final int stride,
            final float[] gradient,
            final int c,
            final float value,
            final float eta,
            final float epsilon) {
        final FloatVector byScore = FloatVector.fromArray(SPECIES, gradient, c);
        final VectorMask<Float> moved = byScore.compare(VectorOperators.NE, 0f);
        final FloatVector g = byScore.mul(value);
        final long accumulators = weights + (long) stride * Float.BYTES;
        final FloatVector w = load(weights);
        final FloatVector old = load(accumulators);
        final FloatVector g2 = g.fma(g, old);
        final FloatVector root = g2.add(epsilon).lanewise(VectorOperators.SQRT);
        store(old.blend(g2, moved), accumulators);
        store(w.blend(w.sub(g.mul(eta).div(root)), moved), weights);
    }

    private static FloatVector load(final long address) {
        return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ByteOrder.nativeOrder());
    }

    private static void store(final FloatVector vector, final long address) {
        vector.intoMemorySegment(MEMORY, address, ByteOrder.nativeOrder());
    }

    @Override
    public void softmax(final float[] scores, final int n) {
        final int bound = SPECIES.loopBound(n);
        final float max = ScalarKernels.max(scores, n);
        for (int c = 0; c < bound; c += LANES) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, scores, c).sub(max)).intoArray(scores, c);
        }
        for (int c = bound; c < n; c++) {
            scores[c] = FloatMath.exp(scores[c] - max);
        }
        float sum = 0f;
        for (int c = 0; c < n; c++) {
            sum += scores[c];
        }
        for (int c = 0; c < bound; c += LANES) {
            FloatVector.fromArray(SPECIES, scores, c).div(sum).intoArray(scores, c);
        }
        for (int c = bound; c < n; c++) {
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
        final int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            final FloatVector g = FloatVector.fromArray(SPECIES, x, i).mul(gradient);
            final FloatVector sum = g.fma(g, FloatVector.fromArray(SPECIES, g2, i));
            sum.intoArray(g2, i);
            FloatVector.fromArray(SPECIES, w, i)
                    .sub(g.mul(eta).div(sum.lanewise(VectorOperators.SQRT)))
                    .intoArray(w, i);
        }
        for (int i = bound; i < n; i++) {
            final float g = gradient * x[i];
            g2[i] = Math.fma(g, g, g2[i]);
            w[i] = w[i] - (eta * g) / (float) Math.sqrt(g2[i]);
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
        final int bound = SPECIES.loopBound(outputs);
        for (int o = 0; o < bound; o += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0; i < n; i++) {
                sum = FloatVector.broadcast(SPECIES, x[i])
                        .fma(FloatVector.fromArray(SPECIES, weights, i * stride + o), sum);
            }
            sum.intoArray(out, o);
        }
        for (int o = bound; o < outputs; o++) {
            float sum = 0f;
            for (int i = 0; i < n; i++) {
                sum = Math.fma(x[i], weights[i * stride + o], sum);
            }
            out[o] = sum;
        }
    }

    @Override
    public void exp(final float[] x, final int n) {
        final int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, x, i)).intoArray(x, i);
        }
        for (int i = bound; i < n; i++) {
            x[i] = FloatMath.exp(x[i]);
        }
    }

    @Override
    public void log(final float[] x, final int n) {
        final int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            VectorMath.log(FloatVector.fromArray(SPECIES, x, i)).intoArray(x, i);
        }
        for (int i = bound; i < n; i++) {
            x[i] = FloatMath.log(x[i]);
        }
    }

    @Override
    public void sigmoid(final float[] x, final int n) {
        final int bound = SPECIES.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            VectorMath.sigmoid(FloatVector.fromArray(SPECIES, x, i)).intoArray(x, i);
        }
        for (int i = bound; i < n; i++) {
            x[i] = FloatMath.sigmoid(x[i]);
        }
    }
}
