package io.tagma.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.agrona.UnsafeApi;

/**
 * {@link RowKernels} in the Vector API, bit-identical to the reference for any lane width. Stateless, any thread.
 *
 * <p>Scores: lanes are outputs; four rows and four vectors of outputs are summed at a time, in registers. Similarities: lanes are the
 * chains, as many vectors as hold {@link RowKernels#CHAINS}, of four rows at a time.
 */
final class VectorRowKernels implements RowKernels {
    private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = LANES * Float.BYTES;
    private static final int TILE = 4;

    @SuppressWarnings("restricted")
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static FloatVector load(final long address) {
        return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ByteOrder.nativeOrder());
    }

    private static void store(final FloatVector vector, final long address) {
        vector.intoMemorySegment(MEMORY, address, ByteOrder.nativeOrder());
    }

    private static FloatVector all(final long address) {
        return FloatVector.broadcast(SPECIES, UnsafeApi.getFloat(address));
    }

    @Override
    public void denseScores(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        RowShapes.scores(layer, x, count, out);
        try {
            for (int panel = 0; panel < layer.panels(); panel++) {
                final int width = layer.width(panel);
                int c = 0;
                for (; c <= width - TILE * LANES; c += TILE * LANES) {
                    scoreWide(layer, panel, c, x, count, out);
                }
                for (; c < width; c += LANES) {
                    scoreNarrow(layer, panel, c, x, count, out);
                }
            }
        } finally {
            ScalarRowKernels.fence(layer, x, out);
        }
    }

    private static void scoreWide(
            final DenseLayer layer,
            final int panel,
            final int c,
            final FloatRows x,
            final int count,
            final FloatRows out) {
        final long weights = layer.panel(panel) + (long) c * Float.BYTES;
        final long row = (long) layer.width(panel) * Float.BYTES;
        final long outputs = ((long) panel * DenseLayer.PANEL + c) * Float.BYTES;
        final long xStride = (long) x.stride() * Float.BYTES;
        final long outStride = (long) out.stride() * Float.BYTES;
        int b = 0;
        for (; b <= count - TILE; b += TILE) {
            tile4x4(weights, row, layer.inputs(), x.address(b), xStride, out.address(b) + outputs, outStride);
        }
        for (; b < count; b++) {
            tile1x4(weights, row, layer.inputs(), x.address(b), out.address(b) + outputs);
        }
    }

    private static void tile4x4(
            final long weights,
            final long row,
            final int inputs,
            final long x,
            final long xStride,
            final long out,
            final long outStride) {
        final long bias = weights + inputs * row;
        FloatVector a0 = load(bias);
        FloatVector a1 = load(bias + BYTES);
        FloatVector a2 = load(bias + 2L * BYTES);
        FloatVector a3 = load(bias + 3L * BYTES);
        FloatVector b0 = a0;
        FloatVector b1 = a1;
        FloatVector b2 = a2;
        FloatVector b3 = a3;
        FloatVector c0 = a0;
        FloatVector c1 = a1;
        FloatVector c2 = a2;
        FloatVector c3 = a3;
        FloatVector d0 = a0;
        FloatVector d1 = a1;
        FloatVector d2 = a2;
        FloatVector d3 = a3;
        long w = weights;
        long at = x;
        for (int d = 0; d < inputs; d++) {
            final FloatVector w0 = load(w);
            final FloatVector w1 = load(w + BYTES);
            final FloatVector w2 = load(w + 2L * BYTES);
            final FloatVector w3 = load(w + 3L * BYTES);
            final FloatVector xa = all(at);
            a0 = xa.fma(w0, a0);
            a1 = xa.fma(w1, a1);
            a2 = xa.fma(w2, a2);
            a3 = xa.fma(w3, a3);
            final FloatVector xb = all(at + xStride);
            b0 = xb.fma(w0, b0);
            b1 = xb.fma(w1, b1);
            b2 = xb.fma(w2, b2);
            b3 = xb.fma(w3, b3);
            final FloatVector xc = all(at + 2 * xStride);
            c0 = xc.fma(w0, c0);
            c1 = xc.fma(w1, c1);
            c2 = xc.fma(w2, c2);
            c3 = xc.fma(w3, c3);
            final FloatVector xd = all(at + 3 * xStride);
            d0 = xd.fma(w0, d0);
            d1 = xd.fma(w1, d1);
            d2 = xd.fma(w2, d2);
            d3 = xd.fma(w3, d3);
            w += row;
            at += Float.BYTES;
        }
        store4(a0, a1, a2, a3, out);
        store4(b0, b1, b2, b3, out + outStride);
        store4(c0, c1, c2, c3, out + 2 * outStride);
        store4(d0, d1, d2, d3, out + 3 * outStride);
    }

    private static void tile1x4(final long weights, final long row, final int inputs, final long x, final long out) {
        final long bias = weights + inputs * row;
        FloatVector a0 = load(bias);
        FloatVector a1 = load(bias + BYTES);
        FloatVector a2 = load(bias + 2L * BYTES);
        FloatVector a3 = load(bias + 3L * BYTES);
        long w = weights;
        for (int d = 0; d < inputs; d++) {
            final FloatVector xa = all(x + (long) d * Float.BYTES);
            a0 = xa.fma(load(w), a0);
            a1 = xa.fma(load(w + BYTES), a1);
            a2 = xa.fma(load(w + 2L * BYTES), a2);
            a3 = xa.fma(load(w + 3L * BYTES), a3);
            w += row;
        }
        store4(a0, a1, a2, a3, out);
    }

    private static void store4(
            final FloatVector v0, final FloatVector v1, final FloatVector v2, final FloatVector v3, final long at) {
        store(v0, at);
        store(v1, at + BYTES);
        store(v2, at + 2L * BYTES);
        store(v3, at + 3L * BYTES);
    }

    private static void scoreNarrow(
            final DenseLayer layer,
            final int panel,
            final int c,
            final FloatRows x,
            final int count,
            final FloatRows out) {
        final long weights = layer.panel(panel) + (long) c * Float.BYTES;
        final long row = (long) layer.width(panel) * Float.BYTES;
        final long outputs = ((long) panel * DenseLayer.PANEL + c) * Float.BYTES;
        final long xStride = (long) x.stride() * Float.BYTES;
        final FloatVector bias = load(weights + layer.inputs() * row);
        int b = 0;
        for (; b <= count - TILE; b += TILE) {
            FloatVector s0 = bias;
            FloatVector s1 = bias;
            FloatVector s2 = bias;
            FloatVector s3 = bias;
            long at = x.address(b);
            long w = weights;
            for (int d = 0; d < layer.inputs(); d++) {
                final FloatVector weight = load(w);
                s0 = all(at).fma(weight, s0);
                s1 = all(at + xStride).fma(weight, s1);
                s2 = all(at + 2 * xStride).fma(weight, s2);
                s3 = all(at + 3 * xStride).fma(weight, s3);
                w += row;
                at += Float.BYTES;
            }
            store(s0, out.address(b) + outputs);
            store(s1, out.address(b + 1) + outputs);
            store(s2, out.address(b + 2) + outputs);
            store(s3, out.address(b + 3) + outputs);
        }
        for (; b < count; b++) {
            FloatVector sum = bias;
            for (int d = 0; d < layer.inputs(); d++) {
                sum = all(x.address(b) + (long) d * Float.BYTES).fma(load(weights + d * row), sum);
            }
            store(sum, out.address(b) + outputs);
        }
    }

    @Override
    public void denseSoftmax(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        denseScores(layer, x, count, out);
        try {
            for (int b = 0; b < count; b++) {
                softmax(out.address(b), layer.outputs());
            }
        } finally {
            Reference.reachabilityFence(out.alive());
        }
    }

    private static void softmax(final long scores, final int n) {
        final float max = ScalarRowKernels.max(scores, n);
        final int bound = SPECIES.loopBound(n);
        for (int c = 0; c < bound; c += LANES) {
            final long at = scores + (long) c * Float.BYTES;
            store(VectorMath.exp(load(at).sub(max)), at);
        }
        for (int c = bound; c < n; c++) {
            final long at = scores + (long) c * Float.BYTES;
            UnsafeApi.putFloat(at, FloatMath.exp(UnsafeApi.getFloat(at) - max));
        }
        float sum = 0f;
        for (int c = 0; c < n; c++) {
            sum += UnsafeApi.getFloat(scores + (long) c * Float.BYTES);
        }
        for (int c = 0; c < bound; c += LANES) {
            final long at = scores + (long) c * Float.BYTES;
            store(load(at).div(sum), at);
        }
        for (int c = bound; c < n; c++) {
            final long at = scores + (long) c * Float.BYTES;
            UnsafeApi.putFloat(at, UnsafeApi.getFloat(at) / sum);
        }
    }

    @Override
    public void adaGrad(
            final DenseLayer layer,
            final FloatRows x,
            final FloatRows gradients,
            final int count,
            final float eta,
            final float epsilon) {
        RowShapes.step(layer, x, gradients, count);
        try {
            for (int panel = 0; panel < layer.panels(); panel++) {
                for (int d = 0; d <= layer.inputs(); d++) {
                    final long weights = layer.panel(panel) + (long) d * layer.width(panel) * Float.BYTES;
                    for (int c = 0; c < layer.width(panel); c += LANES) {
                        final long outputs = ((long) panel * DenseLayer.PANEL + c) * Float.BYTES;
                        final FloatVector g = gradient(layer, d, x, gradients, outputs, count);
                        move(weights + (long) c * Float.BYTES, layer.half(), g, eta, epsilon);
                    }
                }
            }
        } finally {
            ScalarRowKernels.fence(layer, x, gradients);
        }
    }

    private static FloatVector gradient(
            final DenseLayer layer,
            final int d,
            final FloatRows x,
            final FloatRows gradients,
            final long outputs,
            final int count) {
        FloatVector sum = FloatVector.zero(SPECIES);
        if (d == layer.inputs()) {
            final FloatVector one = FloatVector.broadcast(SPECIES, 1f);
            for (int b = 0; b < count; b++) {
                sum = one.fma(load(gradients.address(b) + outputs), sum);
            }
        } else {
            for (int b = 0; b < count; b++) {
                sum = all(x.address(b) + (long) d * Float.BYTES).fma(load(gradients.address(b) + outputs), sum);
            }
        }
        return sum;
    }

    private static void move(
            final long weight, final long half, final FloatVector g, final float eta, final float epsilon) {
        final FloatVector g2 = g.fma(g, load(weight + half));
        store(g2, weight + half);
        store(load(weight).sub(g.mul(eta).div(g2.add(epsilon).lanewise(VectorOperators.SQRT))), weight);
    }

    @Override
    public void decayAdd(
            final FloatRows rows, final int[] at, final float[] decay, final FloatRows increments, final int count) {
        RowShapes.decay(rows, at, decay, increments, count);
        final int bound = SPECIES.loopBound(rows.dimension());
        try {
            for (int j = 0; j < count; j++) {
                final long row = rows.address(at[j]);
                final long more = increments.address(j);
                final FloatVector factor = FloatVector.broadcast(SPECIES, decay[j]);
                for (int i = 0; i < bound; i += LANES) {
                    final long offset = (long) i * Float.BYTES;
                    store(load(row + offset).fma(factor, load(more + offset)), row + offset);
                }
                for (int i = bound; i < rows.dimension(); i++) {
                    final long offset = (long) i * Float.BYTES;
                    UnsafeApi.putFloat(
                            row + offset,
                            Math.fma(UnsafeApi.getFloat(row + offset), decay[j], UnsafeApi.getFloat(more + offset)));
                }
            }
        } finally {
            Reference.reachabilityFence(rows.alive());
            Reference.reachabilityFence(increments.alive());
        }
    }

    @Override
    public void topK(final FloatRows rows, final int count, final float[] query, final TopK best) {
        RowShapes.query(rows, count, query);
        best.clear();
        final float[] chains = best.scratch();
        final long stride = (long) rows.stride() * Float.BYTES;
        try {
            int r = 0;
            for (; r <= count - TILE; r += TILE) {
                VectorSimilarity.dots4(rows.address(r), stride, query, chains);
                for (int k = 0; k < TILE; k++) {
                    best.offer(r + k, ScalarRowKernels.tree(chains, k * CHAINS));
                }
            }
            for (; r < count; r++) {
                VectorSimilarity.dot(rows.address(r), query, chains);
                best.offer(r, ScalarRowKernels.tree(chains, 0));
            }
        } finally {
            Reference.reachabilityFence(rows.alive());
        }
    }

    @Override
    public void topKCosine(final FloatRows rows, final int count, final float[] query, final TopK best) {
        RowShapes.query(rows, count, query);
        best.clear();
        final float[] chains = best.scratch();
        final float length = ScalarRowKernels.sqrt(ScalarRowKernels.square(query, chains));
        try {
            for (int r = 0; r < count; r++) {
                VectorSimilarity.dotAndSquare(rows.address(r), query, chains);
                final float square = ScalarRowKernels.tree(chains, CHAINS);
                best.offer(r, ScalarRowKernels.cosine(ScalarRowKernels.tree(chains, 0), length, square));
            }
        } finally {
            Reference.reachabilityFence(rows.alive());
        }
    }
}
