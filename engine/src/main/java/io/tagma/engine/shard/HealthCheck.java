package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.kernel.DeviceLog;
import io.tagma.engine.observe.Health;
import io.tagma.engine.observe.Health.State;
import io.tagma.engine.observe.HealthMXBean;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.supervise.SupervisedStages;
import io.tagma.engine.supervise.TreeEntry;
import io.tagma.ring.FrameRing;
import io.tagma.store.copy.CopyStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every station of an engine and says how it is, and how the engine is: as the worst of them. Reads counters alone, so any thread
 * may ask at any time, and nobody works more slowly for it.
 */
final class HealthCheck implements HealthMXBean {
    private static final double FULL = 0.9;

    private final EngineContext context;
    private final ShardTopology topology;
    private volatile List<AuditSlot> audits = List.of();
    private volatile @Nullable CopySlot copies;
    private volatile @Nullable Watchdog watchdog;
    private volatile @Nullable SupervisedStages observers;

    HealthCheck(final EngineContext context, final ShardTopology topology) {
        this.context = context;
        this.topology = topology;
    }

    /** What the observers have; before they run. */
    void observers(
            final List<AuditSlot> audit,
            final @Nullable CopySlot shipper,
            final Watchdog watching,
            final SupervisedStages stages) {
        audits = List.copyOf(audit);
        copies = shipper;
        watchdog = watching;
        observers = stages;
    }

    /** How each station is, from a shard's own to what is outside. */
    List<Health> stations() {
        final List<Health> all = new ArrayList<>();
        for (int i = 0; i < topology.shards(); i++) {
            shard(topology.view(i), all);
        }
        for (int i = 0; i < audits.size(); i++) {
            all.add(
                    audits.get(i).isPaused()
                            ? Health.degraded(
                                    "audit-" + i,
                                    "its disk takes no record: decisions go on, the audit catches up from the journal")
                            : Health.ready("audit-" + i));
        }
        final CopySlot shipper = copies;
        if (shipper != null) {
            shipper.status().forEach(status -> all.add(copy(status)));
        }
        final SupervisedStages stages = observers;
        if (stages != null) {
            stages.givenUp().forEach((name, reason) -> all.add(Health.degraded(name, reason)));
        }
        final DeviceLog gpu = topology.deviceLog();
        if (gpu != null) {
            all.add(
                    gpu.left().isEmpty()
                            ? Health.ready("gpu")
                            : Health.degraded(
                                    "gpu",
                                    "is left, " + gpu.left()
                                            + ": the processor computes, with the same decisions; see 'tagma audit DIR"
                                            + " --kernels' and 'tagma doctor', launch again once it is mended"));
        }
        final Outside outside = topology.outside();
        if (outside != null) {
            all.addAll(outside.health());
        }
        return all;
    }

    private void shard(final ShardView shard, final List<Health> all) {
        final String number = "-" + shard.shard();
        final Throwable failure = shard.failure();
        final Watchdog watching = watchdog;
        final Stall stall =
                watching == null ? null : watching.log(shard.shard()).open();
        final Health moving = stall == null
                ? Health.ready("shard" + number)
                : Health.degraded("shard" + number, stall.words() + ": events wait in its ring");
        all.add(
                failure == null
                        ? moving
                        : Health.live(
                                "shard" + number,
                                "stopped by " + failure + ": its events are turned away; launch again once mended"));
        all.add(ring("ring" + number, shard.ingress()));
        final long refused = shard.journal().counters().failures();
        all.add(
                refused == 0
                        ? Health.ready("journal" + number)
                        : Health.live("journal" + number, "refused " + refused + " excerpts: see to the disk"));
        final long rows = shard.store().size();
        final long most = context.limits().maxRows();
        all.add(
                rows < most
                        ? Health.ready("store" + number)
                        : Health.degraded(
                                "store" + number,
                                "holds " + rows + " rows of " + most
                                        + ": known subjects go on, new ones are answered STORE_FULL"));
        for (final AgentCell cell : shard.agents()) {
            final String name = "agent" + number + "/" + cell.descriptor().name();
            if (cell.isOff()) {
                all.add(Health.degraded(name, switchedOff(shard, cell)));
                continue;
            }
            all.add(
                    cell.isDown()
                            ? Health.degraded(
                                    name,
                                    "cannot be made anew (" + cell.lastFailure()
                                            + "): others decide without it, it is tried again at its next task")
                            : Health.ready(name));
        }
    }

    private static String switchedOff(final ShardView shard, final AgentCell cell) {
        return "switched off at input " + shard.switchedOffAt(cell) + ", it failed more than "
                + shard.agentFailures().most() + " times within "
                + shard.agentFailures().inputs() + " inputs (last: " + cell.lastFailure()
                + "): others decide without it; once it is mended: tagma tree DIR --revive "
                + cell.descriptor().name();
    }

    private static Health ring(final String name, final FrameRing ring) {
        final long waiting = ring.backlog();
        if (waiting < FULL * ring.capacity()) {
            return Health.ready(name);
        }
        return Health.degraded(
                name,
                waiting + " of " + ring.capacity() + " slots are taken: what finds none is turned away by the ring's"
                        + " policy, with a code");
    }

    private static Health copy(final CopyStatus status) {
        final String name = "copy " + status.root();
        return status.ok()
                ? Health.ready(name)
                : Health.degraded(
                        name,
                        status.lastFailure() + ": lags by " + status.lagBytes()
                                + " bytes and is tried again; without it a lost disk loses them");
    }

    private State worst() {
        State worst = State.READY;
        for (final Health health : stations()) {
            worst = health.state().compareTo(worst) > 0 ? health.state() : worst;
        }
        return worst;
    }

    /** The tree's branch: what is not ready. */
    TreeEntry entry() {
        final List<TreeEntry> ill = new ArrayList<>();
        final List<Health> all = stations();
        for (final Health health : all) {
            if (health.state() != State.READY) {
                ill.add(new TreeEntry(health.station(), "station", health.word(), 0, health.reason(), List.of()));
            }
        }
        return new TreeEntry(
                "health", "health", getState(), 0, (all.size() - ill.size()) + " of " + all.size() + " ready", ill);
    }

    @Override
    public String getState() {
        return new Health("", worst(), "").word();
    }

    @Override
    public boolean isReady() {
        return worst() == State.READY;
    }

    @Override
    public boolean isWorking() {
        return worst() != State.LIVE;
    }

    @Override
    public String[] getReasons() {
        return stations().stream()
                .filter(health -> health.state() != State.READY)
                .map(HealthCheck::line)
                .toArray(String[]::new);
    }

    @Override
    public String[] getStations() {
        return stations().stream().map(HealthCheck::line).toArray(String[]::new);
    }

    private static String line(final Health health) {
        return health.station() + " " + health.word() + (health.reason().isEmpty() ? "" : ": " + health.reason());
    }
}
