package io.tagma.engine.council.leader;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * What guards a resource against a leader that does not know yet that it was replaced: it takes no token older than the newest
 * it saw. Owned by the thread of the resource.
 *
 * <p>A lease alone does not do it: a leader may look at its lease, stall, and act when the lease is over.
 */
public final class Fence {
    private static final int MARK = 0x0c21;

    private long newest;

    /**
     * Whether an action under this token may go ahead.
     *
     * @param token {@link LeaderElection#token(long)} of who acts
     */
    public boolean admit(final long token) {
        if (token <= LeaderElection.NO_TOKEN || token < newest) {
            return false;
        }
        newest = token;
        return true;
    }

    /** The newest token that was admitted, or {@link LeaderElection#NO_TOKEN}. */
    public long newest() {
        return newest;
    }

    /** Writes the fence into a snapshot. */
    public void save(final SnapshotWriter target) {
        target.mark(MARK);
        target.putLong(newest);
    }

    /** Reads the fence out of a snapshot. */
    public void load(final SnapshotReader source) {
        source.expect(MARK);
        newest = source.getLong();
    }
}
