package io.tagma.engine.model;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/** What all models share: checks, missing values, explanation and the head of a snapshot. Owned by one thread. */
abstract class AbstractModel implements OnlineModel {
    /** Numbers of inputs and classes. */
    final int inputs;

    final int classes;

    /** Of what was learnt. */
    final Moments moments;

    private final ModelType type;
    private final ModelSchema schema;
    private final double[] x;
    private final double[] scores;

    AbstractModel(final ModelType type, final ModelSchema schema) {
        this.type = type;
        this.schema = schema;
        inputs = schema.inputs().size();
        classes = schema.classes().size();
        moments = new Moments(inputs);
        x = new double[inputs];
        scores = new double[classes];
    }

    /** Fills {@code probabilities} for inputs that are all finite. */
    abstract void score(double[] x, double[] probabilities);

    /** Learns an example whose inputs are all finite; the moments have taken it in already. */
    abstract void update(double[] x, int label);

    abstract void writeState(SnapshotWriter out);

    abstract void readState(SnapshotReader in);

    @Override
    public final ModelSchema schema() {
        return schema;
    }

    @Override
    public final int predict(final float[] features, final float[] probabilities) {
        checkClasses(probabilities.length);
        fill(features);
        score(x, scores);
        int best = 0;
        for (int c = 0; c < classes; c++) {
            probabilities[c] = (float) scores[c];
            best = probabilities[c] > probabilities[best] ? c : best;
        }
        return best;
    }

    @Override
    public final void learn(final float[] features, final int label) {
        checkLabel(label);
        fill(features);
        moments.add(x);
        update(x, label);
    }

    @Override
    public final void explain(final float[] features, final int label, final float[] contributions) {
        checkLabel(label);
        if (contributions.length != inputs) {
            throw new IllegalArgumentException(
                    type.name() + " has " + inputs + " inputs, not " + contributions.length + " contributions");
        }
        fill(features);
        score(x, scores);
        final double whole = scores[label];
        for (int i = 0; i < inputs; i++) {
            final double value = x[i];
            x[i] = moments.mean(i);
            score(x, scores);
            contributions[i] = (float) (whole - scores[label]);
            x[i] = value;
        }
    }

    @Override
    public final void write(final SnapshotWriter out) {
        out.mark(type.name().hashCode());
        out.mark(type.version());
        out.mark(inputs);
        out.mark(classes);
        moments.write(out);
        writeState(out);
    }

    @Override
    public final void read(final SnapshotReader in) {
        in.expect(type.name().hashCode());
        in.expect(type.version());
        in.expect(inputs);
        in.expect(classes);
        moments.read(in);
        readState(in);
    }

    private void fill(final float[] features) {
        if (features.length != inputs) {
            throw new IllegalArgumentException(
                    type.name() + " takes " + inputs + " inputs " + schema.inputs() + ", not " + features.length);
        }
        for (int i = 0; i < inputs; i++) {
            x[i] = Float.isFinite(features[i]) ? features[i] : moments.mean(i);
        }
    }

    private void checkLabel(final int label) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    type.name() + " has classes 0 to " + (classes - 1) + " " + schema.classes() + ", not " + label);
        }
    }

    private void checkClasses(final int length) {
        if (length != classes) {
            throw new IllegalArgumentException(type.name() + " gives " + classes + " probabilities, not " + length);
        }
    }

    /** Turns margins into probabilities in place, by softmax. */
    static void softmax(final double[] margins) {
        double max = margins[0];
        for (final double margin : margins) {
            max = Math.max(max, margin);
        }
        double sum = 0;
        for (int c = 0; c < margins.length; c++) {
            margins[c] = FloatMath.exp((float) (margins[c] - max));
            sum += margins[c];
        }
        for (int c = 0; c < margins.length; c++) {
            margins[c] /= sum;
        }
    }

    /** Divides by the sum, or makes all alike where that is zero. */
    static void normalise(final double[] weights) {
        double sum = 0;
        for (final double weight : weights) {
            sum += weight;
        }
        for (int c = 0; c < weights.length; c++) {
            weights[c] = sum > 0 ? weights[c] / sum : 1.0 / weights.length;
        }
    }

    static double dot(final double[] a, final int offset, final double[] b) {
        double sum = 0;
        for (int i = 0; i < b.length; i++) {
            sum = Math.fma(a[offset + i], b[i], sum);
        }
        return sum;
    }
}
