package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import java.util.function.Supplier;

/**
 * Finds the input after which two replays first have different state, to the exact one: two versions of the agents over one journal,
 * or one version over two recordings of the same inputs. Stateless.
 *
 * <p>Both replay side by side and compare state hashes at every stride; in the stride where they part, they replay again from the
 * beginning and compare after every input. Memory does not grow with the journal.
 */
public final class ReplayBisection {
    private ReplayBisection() {}

    /**
     * Looks for the first difference.
     *
     * @param one gives a replay at its start, in scratch files of its own, each time it is asked; closed here
     * @param other the same for the second
     * @param stride inputs from one comparison to the next, e.g. the interval of the journaled hashes
     * @return the sequence of the first input after which the states differ, or 0 when they agree as far as the shorter journal goes
     * @throws EngineException when a journal is damaged
     */
    public static long firstDifference(
            final Supplier<Replay> one, final Supplier<Replay> other, final int shard, final long stride) {
        final long[] bounds = new long[2];
        try (Replay a = one.get();
                Replay b = other.get()) {
            final ShardReplay first = a.shard(shard);
            final ShardReplay second = b.shard(shard);
            requireSameStart(first, second);
            if (!part(first, second, stride, bounds)) {
                return 0;
            }
        }
        try (Replay a = one.get();
                Replay b = other.get()) {
            final ShardReplay first = a.shard(shard);
            final ShardReplay second = b.shard(shard);
            first.advance(bounds[0], false);
            second.advance(bounds[0], false);
            return part(first, second, 1, bounds) ? bounds[1] : 0;
        }
    }

    private static void requireSameStart(final ShardReplay first, final ShardReplay second) {
        if (first.start() != second.start()) {
            throw new EngineException("the replays begin behind inputs " + first.start() + " and " + second.start()
                    + ": compare recordings that have the same beginning");
        }
    }

    /** Walks on until states differ: then the bounds are the last sequence at which they agreed, and that at which they do not. */
    private static boolean part(
            final ShardReplay first, final ShardReplay second, final long stride, final long[] bounds) {
        while (true) {
            final long from = first.sequence();
            first.advance(from + stride, false);
            second.advance(first.sequence(), false);
            bounds[0] = from;
            bounds[1] = first.sequence();
            if (first.sequence() == from) {
                return false;
            }
            if (second.sequence() < first.sequence()) {
                return stride
                        > 1; // the shorter one ends within the stride: what it still has is compared input by input
            }
            if (first.stateHash() != second.stateHash()) {
                return true;
            }
        }
    }
}
