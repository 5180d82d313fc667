package io.tagma.perf.models;

import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.OnlineModel;

/** One of Tagma's online models. */
final class TagmaStreamLearner implements StreamLearner {
    private final OnlineModel model;
    private final float[] probabilities;

    TagmaStreamLearner(final ModelType type, final ModelSchema schema, final long seed) {
        model = type.create(schema, seed);
        probabilities = new float[schema.classes().size()];
    }

    @Override
    public int predict(final float[] features) {
        return model.predict(features, probabilities);
    }

    @Override
    public void learn(final float[] features, final int label) {
        model.learn(features, label);
    }
}
