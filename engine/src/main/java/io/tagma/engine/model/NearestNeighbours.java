package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Votes of the nearest among the last {@value #WINDOW} examples, the nearer the heavier. Owned by one thread.
 *
 * <p>Cover and Hart, "Nearest neighbor pattern classification", IEEE Transactions on Information Theory 13, 1967; weighted by inverse
 * distance after Dudani, "The distance-weighted k-nearest-neighbor rule", IEEE Transactions on Systems, Man and Cybernetics 6, 1976.
 * Distances are Euclidean over inputs divided by their deviation as it is lately. Memory: 4 KiB an input.
 */
final class NearestNeighbours extends AbstractModel {
    private static final int WINDOW = 1000;
    private static final int NEIGHBOURS = 15;

    private final float[] window;
    private final int[] labels = new int[WINDOW];
    private final double[] scale;
    private final double[] nearest = new double[NEIGHBOURS];
    private final int[] nearestLabel = new int[NEIGHBOURS];
    private long learnt;

    @SuppressWarnings("unused") // nothing is random in it
    NearestNeighbours(final ModelType type, final ModelSchema schema, final long seed) {
        super(type, schema);
        window = new float[WINDOW * inputs];
        scale = new double[inputs];
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        for (int i = 0; i < inputs; i++) {
            scale[i] = moments.variance(i) > 1e-12 ? 1 / moments.variance(i) : 0;
        }
        final int held = (int) Math.min(learnt, WINDOW);
        int found = 0;
        for (int n = 0; n < held; n++) {
            final double limit = found < NEIGHBOURS ? Double.POSITIVE_INFINITY : nearest[NEIGHBOURS - 1];
            final double distance = distance(x, n * inputs, limit);
            if (distance < limit) {
                found = insert(distance, labels[n], found);
            }
        }
        for (int c = 0; c < classes; c++) {
            probabilities[c] = 1e-3;
        }
        for (int k = 0; k < found; k++) {
            probabilities[nearestLabel[k]] += 1 / (Math.sqrt(nearest[k]) + 0.1);
        }
        normalise(probabilities);
    }

    // Gives up once the limit is passed; the sum so far is then only known to be no less.
    private double distance(final double[] x, final int row, final double limit) {
        double sum = 0;
        for (int i = 0; i < inputs && sum < limit; i++) {
            final double off = x[i] - window[row + i];
            sum += off * off * scale[i];
        }
        return sum;
    }

    private int insert(final double distance, final int label, final int found) {
        int at = Math.min(found, NEIGHBOURS - 1);
        while (at > 0 && nearest[at - 1] > distance) {
            nearest[at] = nearest[at - 1];
            nearestLabel[at] = nearestLabel[at - 1];
            at--;
        }
        nearest[at] = distance;
        nearestLabel[at] = label;
        return Math.min(found + 1, NEIGHBOURS);
    }

    @Override
    void update(final double[] x, final int label) {
        final int slot = (int) (learnt % WINDOW);
        for (int i = 0; i < inputs; i++) {
            window[slot * inputs + i] = (float) x[i];
        }
        labels[slot] = label;
        learnt++;
    }

    @Override
    void writeState(final SnapshotWriter out) {
        out.putLong(learnt);
        out.putFloats(window, 0, window.length);
        out.putInts(labels, 0, WINDOW);
    }

    @Override
    void readState(final SnapshotReader in) {
        learnt = in.getLong();
        in.getFloats(window, 0, window.length);
        in.getInts(labels, 0, WINDOW);
    }
}
