package io.tagma.tools.fraud;

import io.tagma.engine.model.OnlineModel;

/** A model of the registry with its state where the engine knows of it. Owned by the shard's thread. */
interface HeldModel {
    /** The model as the engine's state has it; not to be taught. */
    OnlineModel current();

    /** Learns an example; the state knows it when this returns. */
    void learn(float[] x, int label);
}
