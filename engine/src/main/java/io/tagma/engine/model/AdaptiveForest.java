package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * {@value #TREES} adaptive trees whose leaves look at random inputs and whose examples have random weights. Owned by one thread.
 *
 * <p>Gomes and others, "Adaptive random forests for evolving data stream classification", Machine Learning 106, 2017, with weights of
 * Poisson(6) after Bifet, Holmes and Pfahringer, "Leveraging bagging for evolving data streams", ECML PKDD 2010. Drift is handled
 * inside the trees, whose tests regrow, and not by whole background trees. Trees vote with the square of how far their recent accuracy
 * exceeds chance.
 */
final class AdaptiveForest extends AbstractModel {
    private static final int TREES = 12;
    private static final int NODES = 255;
    private static final double GRACE = 50;
    private static final double DELTA = 0.01;
    private static final double TIE = 0.05;
    private static final double FADE = 0.005;

    /** Cumulative Poisson(6), by which one uniform number becomes a weight. */
    private static final double[] POISSON = poisson(6, 20);

    private final AdaptiveTree[] trees = new AdaptiveTree[TREES];
    private final double[] accuracy = new double[TREES];
    private final SeededRandom random;
    private final double[] said;

    AdaptiveForest(final ModelType type, final ModelSchema schema, final long seed) {
        super(type, schema);
        random = new SeededRandom(seed);
        said = new double[classes];
        final int looksAt = Math.min(inputs, (int) Math.round(0.6 * inputs) + 1);
        final AdaptiveTree.Settings settings = new AdaptiveTree.Settings(NODES, looksAt, GRACE, DELTA, TIE);
        for (int t = 0; t < TREES; t++) {
            trees[t] = new AdaptiveTree(settings, classes, inputs, random);
            accuracy[t] = 1.0 / classes;
        }
    }

    private static double[] poisson(final double lambda, final int values) {
        final double[] cumulative = new double[values];
        double term = StrictMath.exp(-lambda);
        double sum = 0;
        for (int k = 0; k < values; k++) {
            sum += term;
            cumulative[k] = sum;
            term *= lambda / (k + 1);
        }
        return cumulative;
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        for (int c = 0; c < classes; c++) {
            probabilities[c] = 0;
        }
        for (int t = 0; t < TREES; t++) {
            trees[t].score(x, said);
            final double lead = Math.max(0.01, accuracy[t] - 1.0 / classes);
            for (int c = 0; c < classes; c++) {
                probabilities[c] = Math.fma(lead * lead, said[c], probabilities[c]);
            }
        }
        normalise(probabilities);
    }

    @Override
    void update(final double[] x, final int label) {
        for (int t = 0; t < TREES; t++) {
            trees[t].score(x, said);
            boolean right = true;
            for (int c = 0; c < classes; c++) {
                right &= c == label || said[c] < said[label];
            }
            accuracy[t] += FADE * ((right ? 1 : 0) - accuracy[t]);
            final int weight = drawWeight();
            if (weight > 0) {
                trees[t].learn(x, label, weight);
            }
        }
    }

    private int drawWeight() {
        final double uniform = random.nextDouble();
        int weight = 0;
        while (weight < POISSON.length && POISSON[weight] <= uniform) {
            weight++;
        }
        return weight;
    }

    @Override
    void writeState(final SnapshotWriter out) {
        random.write(out);
        Bits.put(out, accuracy);
        for (final AdaptiveTree tree : trees) {
            tree.write(out);
        }
    }

    @Override
    void readState(final SnapshotReader in) {
        random.read(in);
        Bits.get(in, accuracy);
        for (final AdaptiveTree tree : trees) {
            tree.read(in);
        }
    }
}
