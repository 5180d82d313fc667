package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.observe.StallLog;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Watches every shard's duty cycle from a thread of its own, so that neither a shard nor a full disk can hold it up. It looks a few
 * times within the time that a cycle may last, and changes nothing. Any thread asks; {@link #rounds} belong to one at a time.
 */
public final class Watchdog {
    private static final int LOOKS_PER_LIMIT = 5;
    private static final long SHORTEST_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final NanoClock clock;
    private final boolean on;
    private final List<ShardWatch> watches = new ArrayList<>();
    private final long intervalNs;

    /** A watchdog for an engine's shards; nothing runs yet. */
    Watchdog(final EngineContext context, final ShardTopology topology) {
        this.clock = context.nanoClock();
        final long limitNs = context.faults().stallNs();
        this.intervalNs = Math.max(SHORTEST_INTERVAL_NS, limitNs / LOOKS_PER_LIMIT);
        for (final ShardDuty duty : topology.duties()) {
            watches.add(watch(duty, context.threading() == Threading.CALLER, limitNs));
        }
        this.on = limitNs != 0;
    }

    private static ShardWatch watch(final ShardDuty duty, final boolean stepped, final long limitNs) {
        return new ShardWatch(
                duty.core().parts().shard(),
                duty.beat(),
                () -> duty.core().parts().cells(),
                duty::sequence,
                // A shard that has failed takes nothing any more, and one that the caller steps, when the caller likes.
                () -> !stepped
                        && duty.failure() == null
                        && duty.ingress().backlog() + duty.fromPeers().backlog() > 0,
                limitNs);
    }

    /** Whether a cycle's time is limited at all. */
    boolean watches() {
        return on;
    }

    /** How long to rest between two looks. */
    long intervalNs() {
        return intervalNs;
    }

    /** A duty cycle that looks, for one thread. */
    Agent rounds() {
        return new Rounds(watches, clock, intervalNs);
    }

    /** What it knows of a shard. */
    public StallLog log(final int shard) {
        return watches.get(shard).log();
    }

    /** Whether a shard stalls. */
    public boolean stalls() {
        return watches.stream().anyMatch(watch -> watch.log().open() != null);
    }

    /** The watchdog's own duty cycle. */
    static final class Rounds implements Agent {
        private final List<ShardWatch> watches;
        private final NanoClock clock;
        private final long intervalNs;
        private long lastNs;

        Rounds(final List<ShardWatch> watches, final NanoClock clock, final long intervalNs) {
            this.watches = watches;
            this.clock = clock;
            this.intervalNs = intervalNs;
            this.lastNs = clock.nanoTime();
        }

        @Override
        public int doWork() {
            final long nowNs = clock.nanoTime();
            if (nowNs - lastNs < intervalNs) {
                return 0;
            }
            // What stopped the whole process, a collection say, has stopped the watchdog too, and is no shard's fault.
            final long gapNs = Math.min(nowNs - lastNs, 2 * intervalNs);
            lastNs = nowNs;
            for (int i = 0; i < watches.size(); i++) {
                watches.get(i).look(nowNs, gapNs);
            }
            return 0; // sleeps until the next round
        }

        @Override
        public String roleName() {
            return "watchdog";
        }
    }
}
