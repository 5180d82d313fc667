package io.tagma.engine.training;

import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.LiveHook;
import org.jspecify.annotations.Nullable;

/** The models of one shard as training sees them. Owned by the shard's thread. */
public interface TrainedModels {
    /** How many there are; they are numbered from 0, agents first. */
    int count();

    /** A model's name. */
    String name(int model);

    /** What it has learnt, to be written in place; null where it keeps that elsewhere or has learnt nothing. */
    float @Nullable [] memory(int model);

    /**
     * Makes a hook for a model, to be put by {@link #hooks}.
     *
     * @throws IllegalArgumentException when there is no such hook, or it cannot be put around that model
     * @throws io.tagma.store.StoreException when what it needs is missing or damaged: then nothing behind it can be replayed
     */
    LiveHook hook(int model, String name, String spec);

    /** Makes a hook ahead of the order that puts it, so that {@link #hook} need not wait for it. Any thread. */
    void prepare(int model, String name, String spec);

    /** Puts hooks around a model, in place of those that were there. */
    void hooks(int model, HookChain chain);
}
