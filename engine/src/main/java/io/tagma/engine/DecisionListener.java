package io.tagma.engine;

import io.tagma.engine.ingest.Decision;

/**
 * Told of every decision, after it is in the journal. Called on the shard's thread: it must not block, allocate or throw
 * (what it throws is counted and dropped).
 */
@FunctionalInterface
public interface DecisionListener {
    /** A decision; valid only during the call. */
    void onDecision(Decision decision);
}
