package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.model.HookChain;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A live classifier and those that hooks put beside it, in their order; owned by the shard's thread. The live one learns as it would
 * without them. Allocates nothing once made.
 */
final class HookedText {
    private final IntentClassifier live;
    private final TextLiveHook[] hooks;
    private final boolean answers;
    private final IntentClassifierConfig config;
    private final Kernels kernels;
    private final float[] probabilities;
    private final float[] counts;
    private float outOfScope;

    HookedText(
            final IntentClassifier live,
            final HookChain chain,
            final IntentClassifierConfig config,
            final Kernels kernels) {
        this.live = live;
        this.hooks = chain.hooks().stream().map(TextLiveHook.class::cast).toArray(TextLiveHook[]::new);
        this.answers = Arrays.stream(hooks).anyMatch(hook -> hook.share() > 0f);
        this.config = config;
        this.kernels = kernels;
        this.probabilities = new float[config.classes()];
        this.counts = new float[config.classes()];
    }

    @SuppressWarnings("ReferenceEquality") // NONE is the one object of its kind
    int classify(final DirectBuffer text, final int offset, final int length, final IntentPrior prior) {
        if (!answers) {
            return live.classify(text, offset, length, prior);
        }
        live.classify(text, offset, length, IntentPrior.NONE);
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] = live.probability(c);
        }
        outOfScope = live.outOfScopeScore();
        for (final TextLiveHook hook : hooks) {
            if (hook.share() > 0f) {
                hook.other().classify(text, offset, length, IntentPrior.NONE);
                for (int c = 0; c < probabilities.length; c++) {
                    probabilities[c] = mixed(hook.share(), hook.other().probability(c), probabilities[c]);
                }
                outOfScope = mixed(hook.share(), hook.other().outOfScopeScore(), outOfScope);
            }
        }
        if (prior != IntentPrior.NONE && config.priorWeight() > 0f) {
            Blending.applyPrior(kernels, config, prior, probabilities, counts);
        }
        return Blending.best(probabilities);
    }

    private static float mixed(final float share, final float other, final float soFar) {
        return share == 1f ? other : Math.fma(share, other - soFar, soFar);
    }

    float probability(final int intent) {
        return answers ? probabilities[intent] : live.probability(intent);
    }

    float outOfScopeScore() {
        return answers ? outOfScope : live.outOfScopeScore();
    }

    /** What hooks bring learns what the live classifier has learnt. */
    void learn(final DirectBuffer text, final int offset, final int length, final int intent) {
        for (final TextLiveHook hook : hooks) {
            hook.learn(text, offset, length, intent);
        }
    }
}
