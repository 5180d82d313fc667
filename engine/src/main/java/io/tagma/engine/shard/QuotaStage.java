package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentMeter;
import io.tagma.engine.agent.AgentQuota;
import io.tagma.engine.agent.QuotaWatch;
import io.tagma.engine.agent.QuotaWatch.Verdict;
import io.tagma.engine.ingest.Probation;
import io.tagma.ring.FrameRing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds agents to their quota: reads what each takes and submits, like any caller, that one be put on probation or called again. On a
 * thread of the observers'.
 */
final class QuotaStage implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaStage.class);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What was submitted may wait in a ring; after this long it is submitted again, which changes nothing where it came through. */
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final List<Watched> watched = new ArrayList<>();
    private final AgentQuota quota;
    private final NanoClock clock;
    private final EpochNanoClock epochClock;
    private long dueNs;

    QuotaStage(final EngineContext context, final ShardTopology topology) {
        this.quota = context.limits().agentQuota();
        this.clock = context.nanoClock();
        this.epochClock = context.epochClock();
        this.dueNs = clock.nanoTime();
        for (int shard = 0; shard < topology.shards(); shard++) {
            final ShardView view = topology.view(shard);
            for (int i = 0; i < view.agents().size(); i++) {
                watched.add(new Watched(view, i, quota));
            }
        }
    }

    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        if (nowNs - dueNs < 0) {
            return 0;
        }
        dueNs = nowNs + LOOK_NS;
        int work = 0;
        for (final Watched one : watched) {
            work += look(one, nowNs);
        }
        return work;
    }

    private int look(final Watched one, final long nowNs) {
        final AgentCell cell = one.view.agents().get(one.agent);
        final AgentMeter meter = Objects.requireNonNull(one.view.probations().meter(one.agent)); // there is a quota
        one.watch(meter, quota);
        final boolean suspended = cell.isSuspended();
        if (one.ordered && suspended == one.orderedOn) {
            one.ordered = false;
        }
        final Verdict verdict = one.watch.look(nowNs, meter.ns(), meter.bytes(), suspended);
        if (verdict == Verdict.KEEPS || (one.ordered && nowNs - one.orderedNs < AGAIN_NS)) {
            return 0;
        }
        final boolean on = verdict != Verdict.OVER;
        if (!submit(one, cell, verdict, on, nowNs)) {
            return 0; // a full ring: at the next look
        }
        one.ordered = true;
        one.orderedOn = on;
        one.orderedNs = nowNs;
        if (on) {
            LOG.warn(
                    "agent {} on shard {} took {} {} of {} in a window and is put on probation",
                    cell.descriptor().name(),
                    one.view.shard(),
                    one.watch.measured(),
                    verdict == Verdict.TIME ? "ns" : "bytes",
                    one.watch.allowed(verdict));
        }
        return 1;
    }

    private boolean submit(
            final Watched one, final AgentCell cell, final Verdict verdict, final boolean on, final long nowNs) {
        final FrameRing ring = one.view.ingress();
        final long sequence = ring.tryClaim(Probation.ENCODED_LENGTH, 0);
        if (sequence < 0) {
            return false;
        }
        final int reason = switch (verdict) {
            case TIME -> Probation.TIME;
            case BYTES -> Probation.BYTES;
            case KEEPS, OVER -> Probation.NONE;
        };
        new Probation(
                        cell.agentId(),
                        on,
                        reason,
                        on ? one.watch.measured() : 0,
                        one.watch.allowed(verdict),
                        epochClock.nanoTime())
                .encode(ring.buffer(), ring.offset(sequence), nowNs);
        ring.commit(sequence);
        return true;
    }

    @Override
    public String roleName() {
        return "quotas";
    }

    /** One agent on one shard, and what was last ordered of it. */
    private static final class Watched {
        private final ShardView view;
        private final int agent;
        private @Nullable AgentMeter meter;
        private QuotaWatch watch;
        private boolean ordered;
        private boolean orderedOn;
        private long orderedNs;

        Watched(final ShardView view, final int agent, final AgentQuota quota) {
            this.view = view;
            this.agent = agent;
            this.watch = new QuotaWatch(quota);
        }

        /** A shard that was built anew has another meter, which counted the replay: it is looked at from now on. */
        void watch(final AgentMeter with, final AgentQuota quota) {
            if (!with.equals(meter)) {
                meter = with;
                watch = new QuotaWatch(quota);
            }
        }
    }
}
