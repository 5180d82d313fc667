package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.observe.StallLog;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the watchdog knows of one shard: whether its duty cycle moves. Looks only, since a shard is a function of its journal; and
 * cannot end a call that hangs, since no thread of a Java program can end another's. Owned by the watchdog's thread.
 */
final class ShardWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ShardWatch.class);
    private static final int NOBODY = -1;

    private final int shard;
    private final DutyBeat beat;
    private final Supplier<List<AgentCell>> agents;
    private final LongSupplier sequence;
    private final BooleanSupplier waits;
    private final long limitNs;
    private final StallLog log = new StallLog();
    private final boolean[] told;
    private long lastTurn;
    private long stuckNs;
    private int lastAgent = NOBODY;
    private long lastCall;
    private long sameCallNs;
    private long blamedNs;

    /**
     * A watch.
     *
     * @param agents of the shard as it is now; others once it was built anew
     * @param sequence of the last input that the shard has finished
     * @param waits whether frames wait for a shard whose thread is another's to run; never where the caller steps
     */
    ShardWatch(
            final int shard,
            final DutyBeat beat,
            final Supplier<List<AgentCell>> agents,
            final LongSupplier sequence,
            final BooleanSupplier waits,
            final long limitNs) {
        this.shard = shard;
        this.beat = beat;
        this.agents = agents;
        this.sequence = sequence;
        this.waits = waits;
        this.limitNs = limitNs;
        this.told = new boolean[agents.get().size()];
    }

    /**
     * Looks.
     *
     * @param nowNs by the engine's clock
     * @param gapNs since the last look, without what the watchdog itself was held up
     * @return 1 when the shard has begun or ceased to stall, else 0
     */
    int look(final long nowNs, final long gapNs) {
        final long turn = beat.turn();
        final boolean within = (turn & 1) != 0;
        if (turn != lastTurn || !(within || waits.getAsBoolean())) {
            lastTurn = turn;
            return over(nowNs, gapNs);
        }
        stuckNs += gapNs;
        if (stuckNs < limitNs) {
            return 0;
        }
        final Stall open = log.open();
        final int agent = inCall();
        final long call = agent == NOBODY ? 0 : agents.get().get(agent).handled();
        sameCallNs = agent != NOBODY && agent == lastAgent && call == lastCall ? sameCallNs + gapNs : 0;
        lastAgent = agent;
        lastCall = call;
        if (open == null) {
            blame(agent, nowNs);
            return 1;
        }
        // A cycle that was slow first may hang in one call since: that is what to name, also when it goes on slowly
        // afterwards.
        if (sameCallNs > blamedNs) {
            blamedNs = sameCallNs;
            blame(agent, open.detectedNs());
        } else {
            log.stalls(open.recovered(0, stuckNs));
        }
        return 0;
    }

    private int inCall() {
        final List<AgentCell> cells = agents.get();
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).isInCall()) {
                return i;
            }
        }
        return NOBODY;
    }

    private int over(final long nowNs, final long gapNs) {
        final Stall open = log.open();
        final long lastedNs = stuckNs + gapNs;
        stuckNs = 0;
        blamedNs = 0;
        if (open == null) {
            return 0;
        }
        log.recovered(open.recovered(nowNs, lastedNs));
        return 1;
    }

    private void blame(final int agent, final long detectedNs) {
        final Thread thread = beat.thread();
        final String name =
                agent == NOBODY ? "" : agents.get().get(agent).descriptor().name();
        final Stall stall = new Stall(
                shard,
                sequence.getAsLong(),
                name,
                thread == null ? "" : thread.getName(),
                thread == null ? "" : thread.getState().name(),
                Stall.stackOf(thread),
                detectedNs,
                0,
                stuckNs);
        log.stalls(stall);
        // Each agent once: what stalls again and again shall not fill a disk. The counts go on.
        if (agent != NOBODY && !told[agent]) {
            told[agent] = true;
            LOG.warn(
                    "shard {} {}, or the machine or a collection held it up there; 'tagma tree' shows more, further"
                            + " stalls of this agent are only counted",
                    shard,
                    stall.words());
        }
    }

    StallLog log() {
        return log;
    }
}
