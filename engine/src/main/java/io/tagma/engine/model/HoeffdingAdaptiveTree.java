package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/** One {@link AdaptiveTree} over all inputs. Owned by one thread. Memory: up to {@value #NODES} nodes. */
final class HoeffdingAdaptiveTree extends AbstractModel {
    private static final int NODES = 255;
    private static final double GRACE = 100;
    private static final double DELTA = 1e-5;
    private static final double TIE = 0.05;

    private final AdaptiveTree tree;

    HoeffdingAdaptiveTree(final ModelType type, final ModelSchema schema, final long seed) {
        super(type, schema);
        tree = new AdaptiveTree(
                new AdaptiveTree.Settings(NODES, inputs, GRACE, DELTA, TIE), classes, inputs, new SeededRandom(seed));
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        tree.score(x, probabilities);
    }

    @Override
    void update(final double[] x, final int label) {
        tree.learn(x, label, 1);
    }

    @Override
    void writeState(final SnapshotWriter out) {
        tree.write(out);
    }

    @Override
    void readState(final SnapshotReader in) {
        tree.read(in);
    }
}
