package io.tagma.engine.shard;

import io.tagma.engine.ingest.Decision;
import org.jspecify.annotations.Nullable;

/** The one decision that a caller who steps the shards is waiting for. Owned by the stepping thread. */
final class WantedDecision {
    private @Nullable Decision into;
    private long correlationId;

    void want(final long wantedCorrelationId, final Decision decision) {
        correlationId = wantedCorrelationId;
        into = decision;
    }

    void cancel() {
        into = null;
    }

    boolean delivered() {
        return into == null;
    }

    void offer(final Decision decision) {
        final Decision caller = into;
        if (caller != null && decision.correlationId() == correlationId) {
            caller.copyFrom(decision);
            into = null;
        }
    }
}
