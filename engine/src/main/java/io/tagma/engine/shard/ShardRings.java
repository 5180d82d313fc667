package io.tagma.engine.shard;

import io.tagma.ring.FrameRing;
import org.jspecify.annotations.Nullable;

/**
 * One shard's rings.
 *
 * @param ingress from callers
 * @param fromPeers from other shards
 * @param toPeers the other shards' rings by shard number; null for the shard itself
 */
record ShardRings(
        FrameRing ingress, FrameRing fromPeers, @Nullable FrameRing[] toPeers) {}
