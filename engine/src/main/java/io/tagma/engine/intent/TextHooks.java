package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.HookTypes;
import io.tagma.engine.model.LiveHook;
import io.tagma.engine.model.ModelHook;
import java.nio.file.Path;

/**
 * Makes the hooks that a classifier of texts takes: {@code shadow:TYPE}, {@code replace:TYPE} and {@code blend:TYPE:SHARE} with another
 * classifier, and {@code published:SHA256} with networks from a file. Immutable; any thread.
 */
public final class TextHooks {
    /** What a hook on a published file is written behind. */
    public static final String PUBLISHED = "published:";

    private final IntentClassifierConfig config;
    private final Kernels kernels;
    private final IntentModels types;

    /**
     * Makes hooks for classifiers that are configured alike.
     *
     * @param types that hooks may name
     */
    public TextHooks(final IntentClassifierConfig config, final Kernels kernels, final IntentModels types) {
        this.config = config;
        this.kernels = kernels;
        this.types = types;
    }

    LiveHook make(final String name, final String spec, final Path published) {
        if (spec.startsWith(PUBLISHED)) {
            final PublishedNetworks networks =
                    PublishedNetworks.read(published, spec.substring(PUBLISHED.length()), config, kernels);
            return new TextLiveHook(name, spec, networks.classifier(), networks.share(), false);
        }
        final ModelHook hook = HookTypes.builtIn().parse(spec);
        if (!(hook instanceof final ModelHook.Other other)) {
            throw new IllegalArgumentException(
                    "'" + spec + "' changes numeric features, which a text has not; a classifier of"
                            + " texts takes shadow:TYPE, replace:TYPE, blend:TYPE:SHARE with one of " + types.names());
        }
        return new TextLiveHook(name, spec, types.create(other.type(), config, kernels), other.share(), true);
    }

    HookedText around(final IntentClassifier classifier, final HookChain chain) {
        return new HookedText(classifier, chain, config, kernels);
    }
}
