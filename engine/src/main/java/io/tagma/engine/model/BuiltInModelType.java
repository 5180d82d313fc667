package io.tagma.engine.model;

/**
 * A model type of this package. Immutable.
 *
 * @param name see {@link ModelType#name}
 * @param version see {@link ModelType#version}
 * @param source see {@link ModelType#source}
 * @param factory makes one
 */
record BuiltInModelType(String name, int version, String source, Factory factory) implements ModelType {
    /** Makes a model that knows its type. */
    interface Factory {
        OnlineModel create(ModelType type, ModelSchema schema, long seed);
    }

    @Override
    public OnlineModel create(final ModelSchema schema, final long seed) {
        return factory.create(this, schema, seed);
    }
}
