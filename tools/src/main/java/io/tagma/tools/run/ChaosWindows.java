package io.tagma.tools.run;

import io.tagma.tools.chaos.ChaosKind;
import io.tagma.tools.chaos.ChaosPlan;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Latencies of the decisions on the events from each of a plan's faults on, for a while: of the same events in a calm run as in one in
 * which the faults strike. Each shard's thread writes counts of its own; read once the engine has closed.
 */
final class ChaosWindows {
    /** No shard. */
    static final int NONE = -1;

    private final ChaosPlan plan;
    private final long length;
    private final @Nullable LatencyCounts[][] counts;

    /**
     * Windows of a plan.
     *
     * @param blocks of events that the run has
     * @param length events of a window
     */
    ChaosWindows(final ChaosPlan plan, final int blocks, final long length, final int shards) {
        this.plan = plan;
        this.length = length;
        this.counts = new LatencyCounts[blocks][shards];
    }

    /** An event was decided. */
    void add(final long event, final int shard, final long ns) {
        final long block = plan.block(event);
        if (block < 1 || block >= counts.length) {
            return;
        }
        final long from = plan.event(block);
        if (event < from || event - from >= length) {
            return;
        }
        final LatencyCounts[] its = counts[(int) block];
        LatencyCounts window = its[shard];
        if (window == null) {
            window = new LatencyCounts();
            its[shard] = window;
        }
        window.add(ns);
    }

    /**
     * All windows of a kind.
     *
     * @param without the shard that is left out of a block's, or {@link #NONE}
     */
    LatencyCounts of(final ChaosKind kind, final LongToIntFunction without) {
        final LatencyCounts sum = new LatencyCounts();
        for (int block = 1; block < counts.length; block++) {
            for (int shard = 0; plan.kind(block) == kind && shard < counts[block].length; shard++) {
                final LatencyCounts window = counts[block][shard];
                if (window != null && shard != without.applyAsInt(block)) {
                    sum.addAll(window);
                }
            }
        }
        return sum;
    }
}
