package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The registry of classifier types by name; any thread, at run time too, never on the hot path. */
public final class IntentModels {
    /** The type that is always there: {@link AdaGradSoftmaxClassifier}. */
    public static final String ADAGRAD_SOFTMAX = "adagrad-softmax";

    /** A small network, to be taught in the background: {@link EmbeddingBagClassifier}. */
    public static final String EMBEDDING_BAG_MLP = "embedding-bag-mlp";

    private final ConcurrentMap<String, IntentModelType> types = new ConcurrentHashMap<>();

    /** Creates a registry that knows the built-in types. */
    public IntentModels() {
        types.put(ADAGRAD_SOFTMAX, AdaGradSoftmaxClassifier::new);
        types.put(EMBEDDING_BAG_MLP, EmbeddingBagClassifier::new);
    }

    /**
     * Adds a type.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public void register(final String name, final IntentModelType type) {
        if (types.putIfAbsent(name, type) != null) {
            throw new IllegalArgumentException("an intent model type named " + name + " is registered already");
        }
    }

    /**
     * Makes an untrained classifier.
     *
     * @throws IllegalArgumentException if no type has that name
     */
    public IntentClassifier create(final String name, final IntentClassifierConfig config, final Kernels kernels) {
        final IntentModelType type = types.get(name);
        if (type == null) {
            throw new IllegalArgumentException("tagma.intent.model must be one of " + names() + ": " + name);
        }
        return type.create(config, kernels);
    }

    /** The names registered so far. */
    public Set<String> names() {
        return new java.util.TreeSet<>(types.keySet());
    }
}
