package io.tagma.engine.shard;

import io.tagma.engine.agent.KeptState;
import io.tagma.engine.ingest.Subjects;
import io.tagma.store.Digest;
import java.util.List;

/**
 * One shard's state hash. Rows are covered by the sum of their digests (each change adds the new digest and takes away the
 * old one, so the order of rows does not matter and an update costs one addition: AdHash, Bellare and Micciancio 1997);
 * what agents learnt, standings and the classifier are folded in when the hash is asked for. Owned by the shard's thread.
 */
final class StateHash {
    private static final long REPUTATION_KEY = 0x7265707574617469L;
    private static final long VOTES_KEY = 0x766f746573L;

    private long rows;

    /** A row changed: the new digest minus the old. */
    void rowChanged(final long delta) {
        rows += delta;
    }

    /** The sum of the rows' digests, as a snapshot's rows have it. */
    void rows(final long sum) {
        rows = sum;
    }

    /** The hash over rows, agents' memories and what they keep beside them, standings, vote states and the classifier's digest. */
    long value(
            final List<CellContext> agents,
            final float[] standings,
            final float[][] voteStates,
            final long classifier) {
        long hash = Subjects.mix(rows ^ 0x726f7773L);
        for (int i = 0; i < agents.size(); i++) {
            final float[] memory = agents.get(i).memoryOrNull();
            if (memory != null) {
                hash = Subjects.mix(hash ^ Digest.of(i, memory, 0, memory.length));
            }
            final KeptState kept = agents.get(i).keptOrNull();
            if (kept != null) {
                hash = Subjects.mix(hash ^ Subjects.mix(kept.digest() + i));
            }
        }
        hash = Subjects.mix(hash ^ Digest.of(REPUTATION_KEY, standings, 0, standings.length));
        for (int i = 0; i < voteStates.length; i++) {
            if (voteStates[i].length != 0) {
                hash = Subjects.mix(hash ^ Digest.of(VOTES_KEY + i, voteStates[i], 0, voteStates[i].length));
            }
        }
        return Subjects.mix(hash ^ classifier);
    }

    /** With what only some engines have, each 0 where there is nothing: orders, variables, clocks, what is asked outside, auctions that wait. */
    static long with(
            final long hash,
            final long orders,
            final long variables,
            final long clocks,
            final long asks,
            final long auctions) {
        return trained(trained(trained(trained(trained(hash, orders), variables), clocks), asks), auctions);
    }

    /** A hash with how models are trained; where nobody ever gave an order (0), the hash as it is. */
    static long trained(final long hash, final long training) {
        return training == 0 ? hash : Subjects.mix(hash ^ training);
    }
}
