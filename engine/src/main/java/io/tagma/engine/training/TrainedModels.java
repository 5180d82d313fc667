package io.tagma.engine.training;

import org.jspecify.annotations.Nullable;

/** The models of one shard as training sees them. Owned by the shard's thread. */
public interface TrainedModels {
    /** How many there are; they are numbered from 0, agents first. */
    int count();

    /** A model's name. */
    String name(int model);

    /** What it has learnt, to be written in place; null where it keeps that elsewhere or has learnt nothing. */
    float @Nullable [] memory(int model);
}
