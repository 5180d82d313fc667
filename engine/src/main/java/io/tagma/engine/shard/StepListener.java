package io.tagma.engine.shard;

import io.tagma.engine.agent.Task;
import io.tagma.engine.profile.RowStation;

/** Watches decisions and rows from inside, before they are sealed in an output: replay and explanation. On the shard's thread. */
interface StepListener {
    /** The input in hand changed a row, which a flyweight now points to. */
    default void rowChanged(final RowStation rows) {}

    /** A decision was made on a task; both are valid during the call. */
    void decided(Task task, Deliberation deliberation);
}
