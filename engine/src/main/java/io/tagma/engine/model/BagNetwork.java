package io.tagma.engine.model;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * A network of one embedding bag, one hidden layer and a softmax, taught one example at a time. Owned by one thread.
 *
 * <pre>
 *   sparse features ──► sum of value * embedding ──► tanh ──► hidden ──► relu + the bag ──► softmax over classes
 * </pre>
 *
 * <p>Joulin and others, "Bag of tricks for efficient text classification", EACL 2017, with a hidden layer whose input is added to its
 * output (He and others, 2016), so that the network begins as a linear bag. Steps are AdaGrad's (Duchi, Hazan and Singer, 2011).
 * Features are left out at random while it learns (Srivastava and others, "Dropout", JMLR 15, 2014). Sums have one order and
 * functions are {@link FloatMath}'s, so the same examples give the same weights to the last bit, on any machine.
 *
 * <p>Memory: {@code 8 * size} bytes a feature, {@code 8 * size * (size + classes)} bytes beside.
 */
public final class BagNetwork {
    private static final float EPSILON = 1e-6f;
    private static final float SPREAD = 0.05f;

    private final int features;
    private final int size;
    private final int classes;
    private final float rate;
    private final float dropout;
    private final float[] embeddings;
    private final float[] embeddingSquares;
    private final float[] hidden;
    private final float[] hiddenSquares;
    private final float[] out;
    private final float[] outSquares;
    private final float[] bag;
    private final float[] before;
    private final float[] layer;
    private final float[] probabilities;
    private final float[] layerGradient;
    private final float[] bagGradient;
    private final float[] kept;
    private final SeededRandom random;

    /**
     * A network that knows nothing.
     *
     * @param features distinct ones, 1 or more
     * @param size of the embeddings and of the hidden layer, 8 to 1,024
     * @param classes 2 or more
     * @param rate of AdaGrad, above 0
     * @param dropout share of an example's features left out while learning, 0 to below 1
     * @param seed of embeddings and dropout
     */
    public BagNetwork(
            final int features,
            final int size,
            final int classes,
            final float rate,
            final float dropout,
            final long seed) {
        if (features < 1 || size < 8 || size > 1024 || classes < 2 || !(rate > 0) || !(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("a bag network has 1 or more features, a size of 8 to 1024, 2 or more"
                    + " classes, a rate above 0 and a dropout of 0 to below 1: " + features + ", " + size + ", "
                    + classes + ", " + rate + ", " + dropout);
        }
        this.features = features;
        this.size = size;
        this.classes = classes;
        this.rate = rate;
        this.dropout = dropout;
        random = new SeededRandom(seed);
        embeddings = uniform(Math.multiplyExact(features, size), SPREAD);
        embeddingSquares = new float[embeddings.length];
        hidden = uniform(size * size, 1f / (float) Math.sqrt(size));
        hiddenSquares = new float[hidden.length];
        out = new float[(size + 1) * classes]; // the last row is the bias
        outSquares = new float[out.length];
        bag = new float[size];
        before = new float[size];
        layer = new float[size];
        probabilities = new float[classes];
        layerGradient = new float[size];
        bagGradient = new float[size];
        kept = new float[4096];
    }

    private float[] uniform(final int length, final float spread) {
        final float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = spread * (float) (2 * random.nextDouble() - 1);
        }
        return values;
    }

    /** Most features of one example; more are passed over. */
    public int maxActive() {
        return kept.length;
    }

    /** Distinct features. */
    public int features() {
        return features;
    }

    /**
     * Computes an example's probabilities, to be read by {@link #probability}.
     *
     * @param ids of features, each below {@link #features}
     * @param values of each
     * @param count how many
     */
    public void predict(final int[] ids, final float[] values, final int count) {
        forward(ids, values, Math.min(count, kept.length));
    }

    /** Of a class in the last prediction. */
    public float probability(final int label) {
        return probabilities[label];
    }

    private void forward(final int[] ids, final float[] values, final int count) {
        for (int d = 0; d < size; d++) {
            bag[d] = 0f;
        }
        for (int j = 0; j < count; j++) {
            axpy(values[j], embeddings, ids[j] * size, bag, size);
        }
        for (int d = 0; d < size; d++) {
            bag[d] = tanh(bag[d]);
            before[d] = 0f;
        }
        for (int d = 0; d < size; d++) {
            axpy(bag[d], hidden, d * size, before, size);
        }
        System.arraycopy(out, size * classes, probabilities, 0, classes);
        for (int d = 0; d < size; d++) {
            layer[d] = bag[d] + Math.max(0f, before[d]);
            axpy(layer[d], out, d * classes, probabilities, classes);
        }
        softmax();
    }

    private static void axpy(final float a, final float[] x, final int offset, final float[] y, final int length) {
        for (int i = 0; i < length; i++) {
            y[i] = Math.fma(a, x[offset + i], y[i]);
        }
    }

    private static float tanh(final float x) {
        return 2f * FloatMath.sigmoid(2f * x) - 1f;
    }

    private void softmax() {
        float most = probabilities[0];
        for (final float score : probabilities) {
            most = Math.max(most, score);
        }
        float sum = 0f;
        for (int c = 0; c < classes; c++) {
            probabilities[c] = FloatMath.exp(probabilities[c] - most);
            sum += probabilities[c];
        }
        for (int c = 0; c < classes; c++) {
            probabilities[c] /= sum;
        }
    }

    /**
     * Learns an example.
     *
     * @return the probability that its class had, with some features left out
     */
    public float learn(final int[] ids, final float[] values, final int count, final int label) {
        final int active = Math.min(count, kept.length);
        for (int j = 0; j < active; j++) {
            kept[j] = dropout == 0f ? values[j] : random.nextDouble() < dropout ? 0f : values[j] / (1f - dropout);
        }
        forward(ids, kept, active);
        final float said = probabilities[label];
        probabilities[label] -= 1f;
        backOut();
        backHidden();
        for (int j = 0; j < active; j++) {
            if (kept[j] != 0f) {
                step(embeddings, embeddingSquares, ids[j] * size, bagGradient, kept[j], size, rate);
            }
        }
        return said;
    }

    private void backOut() {
        for (int d = 0; d < size; d++) {
            float sum = 0f;
            final int row = d * classes;
            for (int c = 0; c < classes; c++) {
                sum = Math.fma(out[row + c], probabilities[c], sum);
            }
            layerGradient[d] = sum;
            step(out, outSquares, row, probabilities, layer[d], classes, rate);
        }
        step(out, outSquares, size * classes, probabilities, 1f, classes, rate);
    }

    private void backHidden() {
        for (int h = 0; h < size; h++) {
            bagGradient[h] = layerGradient[h]; // the way past the hidden layer
            layerGradient[h] = before[h] > 0f ? layerGradient[h] : 0f;
        }
        for (int d = 0; d < size; d++) {
            float sum = bagGradient[d];
            final int row = d * size;
            for (int h = 0; h < size; h++) {
                sum = Math.fma(hidden[row + h], layerGradient[h], sum);
            }
            step(hidden, hiddenSquares, row, layerGradient, bag[d], size, rate * 0.1f);
            bagGradient[d] = sum * (1f - bag[d] * bag[d]);
        }
    }

    /** w -= rate g / sqrt(G) with g = factor * gradient, over one row. */
    private static void step(
            final float[] weights,
            final float[] squares,
            final int offset,
            final float[] gradient,
            final float factor,
            final int length,
            final float rate) {
        for (int i = 0; i < length; i++) {
            final float g = factor * gradient[i];
            final float square = Math.fma(g, g, squares[offset + i]);
            squares[offset + i] = square;
            weights[offset + i] -= rate * g / (float) Math.sqrt(square + EPSILON);
        }
    }

    /** Writes all that a later answer depends on. */
    public void write(final SnapshotWriter to) {
        to.mark(features);
        to.mark(size);
        to.mark(classes);
        for (final float[] part : parts()) {
            to.putFloats(part, 0, part.length);
        }
        random.write(to);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws io.tagma.store.StoreException when the snapshot is of another shape
     */
    public void read(final SnapshotReader from) {
        from.expect(features);
        from.expect(size);
        from.expect(classes);
        for (final float[] part : parts()) {
            from.getFloats(part, 0, part.length);
        }
        random.read(from);
    }

    /** Writes what its answers depend on for the features below {@code rows}, and nothing that only learning needs. */
    public void writeAnswers(final SnapshotWriter to, final int rows) {
        to.mark(size);
        to.mark(classes);
        to.putFloats(embeddings, 0, rows * size);
        to.putFloats(hidden, 0, hidden.length);
        to.putFloats(out, 0, out.length);
    }

    /**
     * Reads what {@link #writeAnswers} wrote; the network answers from then on as the other did, and is not to be taught.
     *
     * @param rows as they were written, at most {@link #features}
     */
    public void readAnswers(final SnapshotReader from, final int rows) {
        from.expect(size);
        from.expect(classes);
        from.getFloats(embeddings, 0, rows * size);
        from.getFloats(hidden, 0, hidden.length);
        from.getFloats(out, 0, out.length);
    }

    private float[][] parts() {
        return new float[][] {embeddings, embeddingSquares, hidden, hiddenSquares, out, outSquares};
    }
}
