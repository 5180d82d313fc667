package io.tagma.perf.models;

/** A classifier of numeric features that learns one example at a time. Used by one thread. */
interface StreamLearner extends AutoCloseable {
    /** The likeliest class. */
    int predict(float[] features);

    /** Learns the class of features. */
    void learn(float[] features, int label);

    @Override
    default void close() {
        // most hold nothing
    }
}
