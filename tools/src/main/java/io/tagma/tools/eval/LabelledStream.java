package io.tagma.tools.eval;

import io.tagma.engine.model.ModelSchema;

/**
 * Examples in the order of time, each of which shows its label only after its features were asked for. Used by one thread.
 *
 * <p>The two calls alternate: whatever {@link #next} fills in cannot depend on the label that the following {@link #label} reveals.
 */
public interface LabelledStream {
    /** Inputs and classes of the examples. */
    ModelSchema schema();

    /** Examples in all. */
    int events();

    /** Begins again at the first example. */
    void restart();

    /** Fills in the features of the next example, from the past and the present alone; false at the end. */
    boolean next(float[] features);

    /** Reveals the label of the example that {@link #next} was asked for last. */
    int label();
}
