package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;

/** A kind of classifier, by which a shard makes its own instance; stateless, any thread. */
@FunctionalInterface
public interface IntentModelType {
    /** Makes an untrained classifier for the calling shard. */
    IntentClassifier create(IntentClassifierConfig config, Kernels kernels);
}
