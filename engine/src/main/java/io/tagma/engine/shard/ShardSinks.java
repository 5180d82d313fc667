package io.tagma.engine.shard;

import io.tagma.engine.DecisionListener;
import io.tagma.engine.observe.StationTimer;
import io.tagma.ring.FrameRing;
import org.jspecify.annotations.Nullable;

/**
 * Who hears from a shard.
 *
 * @param timer its histograms
 * @param listener told of each decision, or null
 * @param decisionRing where decisions wait for a poll, or null
 * @param wanted the one decision that the stepping caller waits for
 * @param notes what it notes about who computes
 */
record ShardSinks(
        StationTimer timer,
        @Nullable DecisionListener listener,
        @Nullable FrameRing decisionRing,
        WantedDecision wanted,
        KernelNotes notes) {}
