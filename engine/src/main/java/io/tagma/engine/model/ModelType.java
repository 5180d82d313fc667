package io.tagma.engine.model;

/** A kind of model that can be made for any schema; stateless, any thread. Registered in {@link ModelTypes}. */
public interface ModelType {
    /** Lower case, words joined by dashes, e.g. {@code "ftrl-proximal"}; unique in a registry. */
    String name();

    /** Grows whenever one stream would lead to other bits or a snapshot to another layout. From 1. */
    int version();

    /** The publication that describes it. */
    String source();

    /**
     * Makes a model that has learnt nothing.
     *
     * @param seed of whatever is random in it; models of one seed are alike
     * @throws IllegalArgumentException when it cannot serve the schema, with the limit
     */
    OnlineModel create(ModelSchema schema, long seed);
}
