package io.tagma.engine.shard;

import io.tagma.store.copy.CopyShipper;
import org.agrona.concurrent.Agent;

/** Ships an engine's journals and snapshots to its copies. Owned by the observers' thread. */
record CopyStage(CopyShipper shipper) implements Agent {
    /** Rounds at the end; a round ships megabytes, and what a slow copy lacks then follows after the next launch. */
    private static final int LAST_ROUNDS = 256;

    @Override
    public int doWork() {
        return shipper.doWork();
    }

    @Override
    public void onClose() {
        shipper.refresh();
        int rounds = 0;
        while (rounds < LAST_ROUNDS && (shipper.doWork() > 0 || rounds < 3)) {
            rounds++;
        }
        shipper.close();
    }

    @Override
    public String roleName() {
        return "copy";
    }
}
