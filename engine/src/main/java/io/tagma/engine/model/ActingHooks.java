package io.tagma.engine.model;

import java.util.Arrays;

/**
 * The hooks around one model of numeric features as they act: rewrites before anybody is asked, then each other model on the answer so
 * far; all in the order in which they were put. Owned by the model's thread; allocates nothing once made.
 */
public final class ActingHooks {
    private final ModelLiveHook[] hooks;
    private final float[] asked;
    private final float[] taught;
    private final boolean rewrites;
    private final boolean answers;
    private final boolean replaces;

    /**
     * Makes one.
     *
     * @param chain of {@link ModelLiveHook}s made for the schema
     */
    public ActingHooks(final HookChain chain, final ModelSchema schema) {
        hooks = chain.hooks().stream().map(ModelLiveHook.class::cast).toArray(ModelLiveHook[]::new);
        asked = new float[schema.inputs().size()];
        taught = new float[asked.length];
        rewrites = Arrays.stream(hooks).anyMatch(ModelLiveHook::rewrites);
        answers = Arrays.stream(hooks).anyMatch(ModelLiveHook::answers);
        replaces = Arrays.stream(hooks).anyMatch(ModelLiveHook::replaces);
    }

    /** Whether what is asked is changed. */
    public boolean rewrites() {
        return rewrites;
    }

    /** Whether the answer is changed. */
    public boolean answers() {
        return answers;
    }

    /** Whether there is an answer even where the model within has none. */
    public boolean replaces() {
        return replaces;
    }

    /**
     * Takes what was asked, changes it, and keeps it for {@link #answer}.
     *
     * @param count features; inputs beyond them are missing
     * @return the changed features, valid until the next call
     */
    public float[] ask(final float[] features, final int offset, final int count) {
        fill(asked, features, offset, count);
        for (final ModelLiveHook hook : hooks) {
            hook.rewrite(asked);
        }
        return asked;
    }

    private static void fill(final float[] target, final float[] features, final int offset, final int count) {
        final int there = Math.min(count, target.length);
        System.arraycopy(features, offset, target, 0, there);
        Arrays.fill(target, there, target.length, Float.NaN);
    }

    /** Changes an answer to what was asked last. */
    public void answer(final float[] probabilities) {
        for (final ModelLiveHook hook : hooks) {
            hook.answer(asked, probabilities);
        }
    }

    /** The models that hooks bring learn an example as it came. */
    public void learn(final float[] features, final int offset, final int count, final int label) {
        fill(taught, features, offset, count);
        for (final ModelLiveHook hook : hooks) {
            hook.learn(taught, label);
        }
    }
}
