package io.tagma.engine.shard;

import io.tagma.engine.agent.Outside;
import org.agrona.concurrent.Agent;

/** Looks after those outside whom an engine's agents ask. Owned by its observer's thread. */
record OutsideStage(Outside outside) implements Agent {
    @Override
    public int doWork() {
        outside.look();
        return 0; // rests until the next look
    }

    @Override
    public String roleName() {
        return "outside";
    }
}
