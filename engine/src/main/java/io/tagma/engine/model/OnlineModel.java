package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * A classifier that learns one example at a time. Owned by one thread.
 *
 * <p>What every model promises, and the contract test holds:
 * <ol>
 *   <li>what it says is a function of its type, its schema, its seed and the examples learnt, in their order, to the last bit;
 *   <li>{@link #predict} and {@link #explain} change nothing that a later prediction depends on;
 *   <li>after {@link #read} it goes on as the model that was written would have;
 *   <li>its memory is bounded, and once it has seen its share of examples it no longer allocates.
 * </ol>
 */
public interface OnlineModel {
    /** What it takes and gives. */
    ModelSchema schema();

    /**
     * Predicts.
     *
     * @param features one value an input; not finite means missing
     * @param probabilities receives one probability a class; they sum to 1 but for rounding
     * @return the most probable class, the lower number on a tie
     * @throws IllegalArgumentException when an array has another length than the schema says
     */
    int predict(float[] features, float[] probabilities);

    /**
     * Learns one example.
     *
     * @param label the class, from 0
     * @throws IllegalArgumentException when the features have another length than the schema says or there is no such class
     */
    void learn(float[] features, int label);

    /**
     * Says what each input did for a class: how much less probable the class would be, had that input been at the mean of what was
     * learnt. Units of probability, from -1 to 1.
     *
     * <p>Robnik-Sikonja and Kononenko, "Explaining classifications for individual instances", IEEE TKDE 20(5), 2008.
     *
     * @param label the class to explain
     * @param contributions receives one value an input
     */
    void explain(float[] features, int label, float[] contributions);

    /** Writes all that a later prediction depends on. */
    void write(SnapshotWriter out);

    /**
     * Takes over what was written by a model of the same type, version and shape.
     *
     * @throws io.tagma.store.StoreException when the snapshot is of another type, version or shape, or damaged
     */
    void read(SnapshotReader in);
}
