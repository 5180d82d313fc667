package io.tagma.tools.eval;

import io.tagma.engine.model.ModelSchema;

/**
 * A stream in whose middle the labels change places: from there on each is the next one's, what features say is as it was. Used by one
 * thread.
 */
final class ChangedStream implements LabelledStream {
    private final LabelledStream stream;
    private final int change;
    private final int[] labels;
    private int at;

    ChangedStream(final LabelledStream stream) {
        this.stream = stream;
        this.change = stream.events() / 2;
        this.labels = new int[stream.events()];
    }

    /** The first example whose label has changed. */
    int change() {
        return change;
    }

    /** The label of an example that was revealed. */
    int label(final int event) {
        return labels[event];
    }

    @Override
    public ModelSchema schema() {
        return stream.schema();
    }

    @Override
    public int events() {
        return stream.events();
    }

    @Override
    public void restart() {
        stream.restart();
        at = -1;
    }

    @Override
    public boolean next(final float[] features) {
        at++;
        return stream.next(features);
    }

    @Override
    public int label() {
        final int label = stream.label();
        labels[at] = at < change ? label : (label + 1) % schema().classes().size();
        return labels[at];
    }
}
