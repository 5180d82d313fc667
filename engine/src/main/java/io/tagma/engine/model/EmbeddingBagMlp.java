package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * A {@link BagNetwork} over numeric inputs. Owned by one thread.
 *
 * <p>Each standardised input lies between two of {@value #KNOTS} knots and activates both by its nearness, so that an input's effect is
 * piecewise linear before it meets the others' in the hidden layer.
 */
final class EmbeddingBagMlp extends AbstractModel {
    private static final int KNOTS = 11;
    private static final int SIZE = 32;
    private static final float RATE = 0.05f;

    private final BagNetwork network;
    private final double[] z;
    private final int[] ids;
    private final float[] values;

    EmbeddingBagMlp(final ModelType type, final ModelSchema schema, final long seed) {
        super(type, schema);
        network = new BagNetwork(inputs * KNOTS, SIZE, classes, RATE, 0f, seed);
        z = new double[inputs];
        ids = new int[2 * inputs];
        values = new float[2 * inputs];
    }

    private void activate(final double[] x) {
        moments.standardise(x, z);
        for (int i = 0; i < inputs; i++) {
            final double place = (z[i] + Moments.CLAMP) * (KNOTS - 1) / (2 * Moments.CLAMP);
            final int knot = Math.min(KNOTS - 2, (int) place);
            ids[2 * i] = i * KNOTS + knot;
            ids[2 * i + 1] = ids[2 * i] + 1;
            values[2 * i + 1] = (float) (place - knot);
            values[2 * i] = 1f - values[2 * i + 1];
        }
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        activate(x);
        network.predict(ids, values, ids.length);
        for (int c = 0; c < classes; c++) {
            probabilities[c] = network.probability(c);
        }
    }

    @Override
    void update(final double[] x, final int label) {
        activate(x);
        network.learn(ids, values, ids.length, label);
    }

    @Override
    void writeState(final SnapshotWriter out) {
        network.write(out);
    }

    @Override
    void readState(final SnapshotReader in) {
        network.read(in);
    }
}
