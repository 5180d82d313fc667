package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Task;
import io.tagma.engine.profile.RowStation;

/** Watches decisions and rows from inside, before they are sealed in an output: replay and explanation. On the shard's thread. */
interface StepListener {
    /** The input in hand changed a row, which a flyweight now points to. */
    default void rowChanged(final RowStation rows) {}

    /** An agent was handed a message. */
    default void delivered(long sequence, int toAgent, AgentMessage message) {}

    /** The outcome of an earlier decision was taught. */
    default void learnt(long sequence) {}

    /** A decision was made on a task; both are valid during the call. */
    void decided(Task task, Deliberation deliberation);
}
