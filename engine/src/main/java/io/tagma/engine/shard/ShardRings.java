package io.tagma.engine.shard;

import io.tagma.ring.FrameRing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One shard's rings.
 *
 * @param ingress from callers
 * @param fromPeers from other shards
 * @param toPeers the other shards' rings by shard number; null for the shard itself
 * @param staged from the caller that steps the shard, or null
 */
record ShardRings(
        FrameRing ingress,
        FrameRing fromPeers,
        List<@Nullable FrameRing> toPeers,
        @Nullable StagedFrames staged) {}
