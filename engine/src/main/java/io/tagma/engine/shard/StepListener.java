package io.tagma.engine.shard;

import io.tagma.engine.agent.Task;

/** Watches decisions from inside, before they are sealed in an output: replay and explanation. On the shard's thread. */
interface StepListener {
    /** A decision was made on a task; both are valid during the call. */
    void decided(Task task, Deliberation deliberation);
}
