package io.tagma.engine.shard;

import org.agrona.concurrent.Agent;

/** Keeps the pages of one shard's journal ready, off the shard's thread. Owned by the observers' thread. */
record PrefaultStage(ShardView shard) implements Agent {
    @Override
    public int doWork() {
        return shard.journal().prefault().doWork(); // a shard that was built anew has another journal
    }

    @Override
    public String roleName() {
        return "prefault";
    }
}
