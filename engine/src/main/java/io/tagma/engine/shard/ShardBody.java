package io.tagma.engine.shard;

import io.tagma.store.ProfileStore;
import org.jspecify.annotations.Nullable;

/**
 * What one life of a shard works with, made together and closed together. Immutable; the parts belong to the shard's thread.
 *
 * @param core its function and state
 * @param journal where it writes
 * @param store its rows
 * @param source where the state came from before the journal's tail: standby, mirror, mirror and its parity, snapshot or journal
 * @param caughtUp outputs of the last batch that the journal lacked when the shard was built anew, written by now, of which nobody has
 *     been told; null where there are none
 */
record ShardBody(
        ShardCore core,
        ShardJournal journal,
        ProfileStore store,
        String source,
        @Nullable ReplayOutput caughtUp) {}
