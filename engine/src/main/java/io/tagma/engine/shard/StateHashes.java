package io.tagma.engine.shard;

import io.tagma.engine.ingest.Subjects;

/** State hashes of shards as people see them. Stateless. */
public final class StateHashes {
    private StateHashes() {}

    /** One hash for all shards, in shard order; of a single shard, its own. */
    public static long combine(final long[] ofShards) {
        long combined = ofShards[0];
        for (int i = 1; i < ofShards.length; i++) {
            combined = Subjects.mix(combined ^ Subjects.mix(ofShards[i] + i));
        }
        return combined;
    }

    /** Sixteen hexadecimal digits. */
    public static String format(final long hash) {
        return String.format("%016x", hash);
    }
}
