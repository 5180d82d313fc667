package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import org.jspecify.annotations.Nullable;

/** A hook around a model of numeric features, with the other model that it may bring. Owned by its model's thread. */
public final class ModelLiveHook extends CountedHook {
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final ModelHook hook;
    private final @Nullable OnlineModel other;
    private final float[] said;
    private long digest;

    /**
     * A hook that has learnt nothing.
     *
     * @param spec as {@link HookTypes#parse} reads it
     * @param schema of the model within
     * @param seed of the model that it may bring
     * @throws IllegalArgumentException when there is no such hook, model type or input
     */
    public ModelLiveHook(
            final String name, final String spec, final HookTypes types, final ModelSchema schema, final long seed) {
        super(name, spec.strip().replaceAll("\\s+", ":"));
        this.hook = types.parse(spec);
        this.other = hook instanceof final ModelHook.Other otherModel
                ? types.models().get(otherModel.type()).create(schema, seed)
                : null;
        if (hook instanceof final ModelHook.Rewrite rewrite
                && rewrite.inputs() > schema.inputs().size()) {
            throw new IllegalArgumentException("there is no input " + (rewrite.inputs() - 1) + ": 0 to "
                    + (schema.inputs().size() - 1) + " are " + schema.inputs());
        }
        this.said = new float[schema.classes().size()];
    }

    /** Whether it changes what is asked. */
    boolean rewrites() {
        return hook instanceof ModelHook.Rewrite;
    }

    /** Whether it has a share in the answer. */
    boolean answers() {
        return hook instanceof final ModelHook.Other otherModel && otherModel.share() > 0f;
    }

    /** Whether nothing of the answer before is left. */
    boolean replaces() {
        return hook instanceof final ModelHook.Other otherModel && otherModel.share() == 1f;
    }

    /** Changes what is asked. */
    void rewrite(final float[] features) {
        if (hook instanceof final ModelHook.Rewrite rewrite) {
            rewrite.rewrite(features);
        }
    }

    /** Has its share in the answer so far. */
    void answer(final float[] features, final float[] probabilities) {
        final OnlineModel asked = other;
        if (asked == null || !(hook instanceof final ModelHook.Other otherModel) || otherModel.share() == 0f) {
            return;
        }
        asked.predict(features, said);
        final float share = otherModel.share();
        for (int c = 0; c < said.length; c++) {
            probabilities[c] = share == 1f ? said[c] : Math.fma(share, said[c] - probabilities[c], probabilities[c]);
        }
    }

    /** Its model learns what the model within has learnt. */
    void learn(final float[] features, final int label) {
        final OnlineModel taught = other;
        if (taught == null) {
            return;
        }
        count(taught.predict(features, said) == label);
        taught.learn(features, label);
        long hash = digest + label + 1;
        for (final float feature : features) {
            hash = (hash ^ Float.floatToIntBits(feature)) * PRIME;
            hash ^= hash >>> 29;
        }
        digest = hash;
    }

    /** What it is. */
    public ModelHook hook() {
        return hook;
    }

    /** Of all examples: what its model is follows from them, its type and its seed. */
    @Override
    public long digest() {
        return digest;
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.putLong(right());
        out.putLong(examples());
        out.putLong(digest);
        if (other != null) {
            other.write(out);
        }
    }

    @Override
    public void read(final SnapshotReader in) {
        final long right = in.getLong();
        resume(in.getLong(), right);
        digest = in.getLong();
        if (other != null) {
            other.read(in);
        }
    }
}
