package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.List;

/**
 * The mean of several models' probabilities, weighed by how little each was surprised lately. Owned by one thread.
 *
 * <p>The weights are those of Herbster and Warmuth, "Tracking the best expert", Machine Learning 32, 1998: multiplied by
 * exp(-eta loss) with each example, then a share of all is spread evenly, so that a model that was wrong for long comes back quickly.
 * The loss is the logarithmic one of a prediction made before the example was learnt, at most {@link #MAX_LOSS}.
 */
final class LossWeightedEnsemble extends AbstractModel {
    private static final double ETA = 0.05;
    private static final double SHARE = 0.002;
    private static final double MAX_LOSS = 5;

    private final OnlineModel[] members;
    private final double[] weights;
    private final float[] features;
    private final float[] said;

    LossWeightedEnsemble(
            final ModelType type, final ModelSchema schema, final long seed, final List<ModelType> memberTypes) {
        super(type, schema);
        members = new OnlineModel[memberTypes.size()];
        weights = new double[members.length];
        for (int m = 0; m < members.length; m++) {
            members[m] = memberTypes.get(m).create(schema, seed + m);
            weights[m] = 1.0 / members.length;
        }
        features = new float[inputs];
        said = new float[classes];
    }

    @Override
    void score(final double[] x, final double[] probabilities) {
        narrow(x);
        for (int c = 0; c < classes; c++) {
            probabilities[c] = 0;
        }
        for (int m = 0; m < members.length; m++) {
            members[m].predict(features, said);
            for (int c = 0; c < classes; c++) {
                probabilities[c] = Math.fma(weights[m], said[c], probabilities[c]);
            }
        }
        normalise(probabilities);
    }

    @Override
    void update(final double[] x, final int label) {
        narrow(x);
        for (int m = 0; m < members.length; m++) {
            members[m].predict(features, said);
            final double loss = Math.min(MAX_LOSS, -StrictMath.log(Math.max(said[label], 1e-9)));
            weights[m] *= StrictMath.exp(-ETA * loss);
            members[m].learn(features, label);
        }
        normalise(weights);
        for (int m = 0; m < members.length; m++) {
            weights[m] = (1 - SHARE) * weights[m] + SHARE / members.length;
        }
    }

    private void narrow(final double[] x) {
        for (int i = 0; i < inputs; i++) {
            features[i] = (float) x[i];
        }
    }

    @Override
    void writeState(final SnapshotWriter out) {
        out.mark(members.length);
        Bits.put(out, weights);
        for (final OnlineModel member : members) {
            member.write(out);
        }
    }

    @Override
    void readState(final SnapshotReader in) {
        in.expect(members.length);
        Bits.get(in, weights);
        for (final OnlineModel member : members) {
            member.read(in);
        }
    }
}
