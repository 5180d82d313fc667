package io.tagma.perf.models;

/** A classifier of short texts that learns one at a time. Used by one thread. */
interface TextLearner extends AutoCloseable {
    /** The likeliest class. */
    int predict(String text);

    /** Learns the class of a text. */
    void learn(String text, int label);

    @Override
    default void close() {
        // most hold nothing
    }
}
