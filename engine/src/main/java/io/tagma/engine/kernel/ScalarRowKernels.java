package io.tagma.engine.kernel;

import java.lang.ref.Reference;
import org.agrona.UnsafeApi;

/** The scalar reference of {@link RowKernels}: what they mean. Stateless, any thread. */
final class ScalarRowKernels implements RowKernels {
    @Override
    public void denseScores(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        RowShapes.scores(layer, x, count, out);
        try {
            for (int b = 0; b < count; b++) {
                for (int panel = 0; panel < layer.panels(); panel++) {
                    score(layer, panel, x.address(b), out.address(b) + (long) panel * DenseLayer.PANEL * Float.BYTES);
                }
            }
        } finally {
            fence(layer, x, out);
        }
    }

    private static void score(final DenseLayer layer, final int panel, final long x, final long out) {
        final int width = layer.width(panel);
        final int inputs = layer.inputs();
        final long weights = layer.panel(panel);
        for (int c = 0; c < width; c++) {
            float sum = get(weights, (long) inputs * width + c);
            for (int d = 0; d < inputs; d++) {
                sum = Math.fma(get(x, d), get(weights, (long) d * width + c), sum);
            }
            put(out, c, sum);
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
        final float max = max(scores, n);
        float sum = 0f;
        for (int c = 0; c < n; c++) {
            final float e = FloatMath.exp(get(scores, c) - max);
            put(scores, c, e);
            sum += e;
        }
        for (int c = 0; c < n; c++) {
            put(scores, c, get(scores, c) / sum);
        }
    }

    /** The largest that is not NaN. */
    static float max(final long scores, final int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < n; c++) {
            final float score = get(scores, c);
            if (score > max) {
                max = score;
            }
        }
        return max;
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
                    step(layer, panel, d, x, gradients, count, eta, epsilon);
                }
            }
        } finally {
            fence(layer, x, gradients);
        }
    }

    private static void step(
            final DenseLayer layer,
            final int panel,
            final int d,
            final FloatRows x,
            final FloatRows gradients,
            final int count,
            final float eta,
            final float epsilon) {
        final int width = layer.width(panel);
        final long weights = layer.panel(panel) + (long) d * width * Float.BYTES;
        for (int c = 0; c < width; c++) {
            float g = 0f;
            for (int b = 0; b < count; b++) {
                final float input = d == layer.inputs() ? 1f : get(x.address(b), d);
                g = Math.fma(input, get(gradients.address(b), (long) panel * DenseLayer.PANEL + c), g);
            }
            final long weight = weights + (long) c * Float.BYTES;
            final float g2 = Math.fma(g, g, UnsafeApi.getFloat(weight + layer.half()));
            UnsafeApi.putFloat(weight + layer.half(), g2);
            UnsafeApi.putFloat(weight, UnsafeApi.getFloat(weight) - (eta * g) / sqrt(g2 + epsilon));
        }
    }

    @Override
    public void decayAdd(
            final FloatRows rows, final int[] at, final float[] decay, final FloatRows increments, final int count) {
        RowShapes.decay(rows, at, decay, increments, count);
        try {
            for (int j = 0; j < count; j++) {
                final long row = rows.address(at[j]);
                final long more = increments.address(j);
                for (int i = 0; i < rows.dimension(); i++) {
                    put(row, i, Math.fma(get(row, i), decay[j], get(more, i)));
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
        try {
            for (int r = 0; r < count; r++) {
                best.offer(r, dot(rows.address(r), query, best.scratch()));
            }
        } finally {
            Reference.reachabilityFence(rows.alive());
        }
    }

    @Override
    public void topKCosine(final FloatRows rows, final int count, final float[] query, final TopK best) {
        RowShapes.query(rows, count, query);
        best.clear();
        final float length = sqrt(square(query, best.scratch()));
        try {
            for (int r = 0; r < count; r++) {
                final float dot = dot(rows.address(r), query, best.scratch());
                best.offer(r, cosine(dot, length, square(rows.address(r), query.length, best.scratch())));
            }
        } finally {
            Reference.reachabilityFence(rows.alive());
        }
    }

    /** The inner product by the length of both. */
    static float cosine(final float dot, final float queryLength, final float rowSquare) {
        final float lengths = queryLength * sqrt(rowSquare);
        return lengths == 0f ? 0f : dot / lengths;
    }

    /** One row's score: the inner product, or the cosine. */
    static float similarity(
            final long row, final float[] query, final float[] chains, final boolean cosine, final float queryLength) {
        final float dot = dot(row, query, chains);
        return cosine ? cosine(dot, queryLength, square(row, query.length, chains)) : dot;
    }

    private static float dot(final long row, final float[] query, final float[] chains) {
        clear(chains);
        for (int i = 0; i < query.length; i++) {
            final int chain = i % CHAINS;
            chains[chain] = Math.fma(get(row, i), query[i], chains[chain]);
        }
        return tree(chains, 0);
    }

    private static float square(final long row, final int n, final float[] chains) {
        clear(chains);
        for (int i = 0; i < n; i++) {
            final float value = get(row, i);
            chains[i % CHAINS] = Math.fma(value, value, chains[i % CHAINS]);
        }
        return tree(chains, 0);
    }

    /** A query's inner product with itself. */
    static float square(final float[] query, final float[] chains) {
        clear(chains);
        for (int i = 0; i < query.length; i++) {
            chains[i % CHAINS] = Math.fma(query[i], query[i], chains[i % CHAINS]);
        }
        return tree(chains, 0);
    }

    private static void clear(final float[] chains) {
        for (int i = 0; i < CHAINS; i++) {
            chains[i] = 0f;
        }
    }

    /** The sum of the chains from {@code at} on, which are used up. */
    static float tree(final float[] chains, final int at) {
        for (int apart = CHAINS / 2; apart > 0; apart /= 2) {
            for (int i = 0; i < apart; i++) {
                chains[at + i] += chains[at + i + apart];
            }
        }
        return chains[at];
    }

    static float sqrt(final float x) {
        return (float) Math.sqrt(x);
    }

    private static float get(final long address, final long i) {
        return UnsafeApi.getFloat(address + i * Float.BYTES);
    }

    private static void put(final long address, final long i, final float value) {
        UnsafeApi.putFloat(address + i * Float.BYTES, value);
    }

    @SuppressWarnings("ReachabilityFenceUsage") // callers call it in their finally blocks
    static void fence(final DenseLayer layer, final FloatRows one, final FloatRows other) {
        Reference.reachabilityFence(layer.alive());
        Reference.reachabilityFence(one.alive());
        Reference.reachabilityFence(other.alive());
    }
}
