package io.tagma.engine.shard;

import io.tagma.store.JournalPrefault;
import org.agrona.concurrent.Agent;

/** Keeps the pages of one shard's journal ready, off the shard's thread. Owned by the observers' thread. */
record PrefaultStage(JournalPrefault prefault) implements Agent {
    @Override
    public int doWork() {
        return prefault.doWork();
    }

    @Override
    public String roleName() {
        return "prefault";
    }
}
