package io.tagma.engine.shard;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.observe.HistogramLog;
import io.tagma.engine.observe.JournalMXBean;
import io.tagma.engine.observe.Station;
import io.tagma.engine.observe.StationTimer;
import io.tagma.engine.supervise.SupervisedStages;
import io.tagma.engine.supervise.TreeNode;
import io.tagma.ring.ElasticRunner;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.StoreDirectory;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Everything that serves and watches an engine from off the hot path, each on a thread of its own below one supervisor, which has those go
 * on that fail: the journals' pages, the audit, the histogram logs, the tree, the registry, copies, the balance of threads, snapshots; and
 * the MXBeans. Owned by the launching thread.
 */
public final class EngineObservers implements AutoCloseable {
    private static final long SOON_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LATER_NS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LATEST_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EngineContext context;
    private final ShardTopology topology;
    private final List<AuditSlot> audits = new ArrayList<>();
    private final @Nullable HistogramLog histograms;
    private final @Nullable CopySlot copies;
    private final TreeStage tree;
    private final List<ObjectName> beans = new ArrayList<>();
    private final SupervisedStages stages;
    private boolean started;
    private final Watchdog watchdog;
    private final DeadLetters deadLetters;
    private final List<DeadLetterStage> letters = new ArrayList<>();

    /** Opens audits and logs and registers the beans. */
    public EngineObservers(
            final Engine engine,
            final EngineContext context,
            final ShardTopology topology,
            final StoreDirectory directory) {
        this.context = context;
        this.topology = topology;
        this.watchdog = new Watchdog(context, topology);
        this.stages = new SupervisedStages("observers", context.threadFactory());
        for (int shard = 0; context.audit() && shard < topology.shards(); shard++) {
            audits.add(new AuditSlot(context, directory, shard));
        }
        if (context.faults().keepsLetters()) {
            topology.duties().forEach(duty -> letters.add(new DeadLetterStage(context, duty, directory)));
        }
        this.deadLetters = new DeadLetters(engine, directory, letters);
        this.histograms = context.histograms() ? openLog(directory) : null;
        this.tree = new TreeStage(context, topology, watchdog, directory, stages);
        this.copies = context.copyTo().isEmpty() ? null : new CopySlot(context, directory);
        topology.health().observers(audits, copies, watchdog, stages);
        addStages(engine);
        if (context.jmx()) {
            try {
                register(engine);
            } catch (final RuntimeException e) {
                closeStages();
                throw e;
            }
        }
    }

    /** Those that others rely on come first, so that they end last. */
    private void addStages(final Engine engine) {
        final CopySlot shipped = copies;
        if (shipped != null) {
            stages.add("copies", LATER_NS, shipped::fresh);
        }
        stages.add(
                "registry", LATE_NS, () -> new RegistryStage(engine.registry().backend(), context.nanoClock()));
        stages.add("tree", LATEST_NS, () -> tree);
        final HistogramLog log = histograms;
        if (log != null) {
            stages.add("histograms", LATEST_NS, () -> log);
        }
        for (final AuditSlot audit : audits) {
            stages.add("audit-" + audit.shard(), LATER_NS, audit::fresh);
        }
        for (final DeadLetterStage stage : letters) {
            stages.add(stage.roleName(), LATE_NS, () -> stage);
        }
        if (watchdog.watches()) {
            stages.add("watchdog", watchdog.intervalNs(), watchdog::rounds);
        }
        final Outside outside = topology.outside();
        if (outside != null && outside.lookIntervalNs() > 0) {
            stages.add("outside", Math.max(SOON_NS, outside.lookIntervalNs()), () -> new OutsideStage(outside));
        }
        if (!context.observersStepped()) { // on the shards' own thread it would spare them nothing
            stages.add("prefault", SOON_NS, () -> new CompositeAgent(pages()));
        }
        if (context.limits().agentQuota().isSet()) {
            stages.add("quotas", LATE_NS, () -> new QuotaStage(context, topology));
        }
        final ElasticRunner pool = topology.pool();
        if (pool != null) {
            stages.add("balance", LATE_NS, () -> new BalanceStage(pool));
        }
    }

    private List<Agent> pages() {
        final List<Agent> pages = new ArrayList<>();
        for (int shard = 0; shard < topology.shards(); shard++) {
            pages.add(new PrefaultStage(topology.view(shard)));
        }
        return pages;
    }

    /** Another stage, which ends before all others; before the start. */
    public void add(final String id, final long idleNs, final Supplier<? extends Agent> maker) {
        stages.add(id, idleNs, maker);
    }

    private HistogramLog openLog(final StoreDirectory directory) {
        final List<StationTimer> timers = new ArrayList<>();
        for (int shard = 0; shard < topology.shards(); shard++) {
            timers.add(topology.view(shard).timer());
        }
        final long launchMs = context.epochClock().nanoTime() / 1_000_000;
        return new HistogramLog(
                timers,
                context.nanoClock(),
                context.epochClock(),
                context.reportIntervalNs(),
                freshLog(directory.hlog(), launchMs));
    }

    /** Two launches may have the same time, where the clock is a simulated one. */
    private static Path freshLog(final Path directory, final long launchMs) {
        Path file = directory.resolve("stations-" + launchMs + ".hlog");
        for (int n = 2; Files.exists(file); n++) {
            file = directory.resolve("stations-" + launchMs + "-" + n + ".hlog");
        }
        return file;
    }

    /** Starts the observers: their threads, or what the caller steps. */
    public void start() {
        started = true;
        if (context.observersStepped()) {
            stages.startStepped();
        } else {
            stages.start();
        }
    }

    /** One duty cycle of each on the calling thread, where they have none of their own; how much they did. */
    public int step() {
        return stages.step();
    }

    /** Observers that failed too often and were given up, and why; empty while all work. Any thread. */
    public Map<String, String> givenUp() {
        return stages.givenUp();
    }

    /** Duty cycles of observers that threw; each was followed by a restart, or by giving up. Any thread. */
    public long failures() {
        return stages.failures();
    }

    /** What runs below the observers' supervisor. Any thread. */
    public List<TreeNode> supervised() {
        return stages.tree();
    }

    private void register(final Engine engine) {
        register("Engine", new Beans.EngineBean(engine));
        register("Registry", new Beans.RegistryBean(engine.registry().backend()));
        register("Training", engine.training());
        register("Agents", engine.agents());
        register("Profiles", engine.corrections());
        register("Health", topology.health());
        register("Council", engine.variables());
        register("DeadLetters", deadLetters);
        final ElasticRunner pool = topology.pool();
        if (pool != null) {
            register("Threads", new Beans.ThreadsBean(pool, topology.shards()));
        }
        final CopySlot shipped = copies;
        for (int copy = 0; copy < context.copyTo().size() && shipped != null; copy++) {
            register("Copy", shipped.bean(copy), "copy", Integer.toString(copy));
        }
        for (int i = 0; i < topology.shards(); i++) {
            final ShardView shard = topology.view(i);
            final String number = Integer.toString(i);
            register("Shard", new ShardBean(shard, this), "shard", number);
            register("Ring", new Beans.RingBean(shard.ingress()), "shard", number, "ring", "ingress");
            register("Ring", new Beans.RingBean(shard.fromPeers()), "shard", number, "ring", "peers");
            register("Store", new Beans.StoreBean(shard, context.limits().maxRows()), "shard", number);
            register("Journal", new JournalBean(shard, i < audits.size() ? audits.get(i) : null), "shard", number);
            if (shard.trades()) {
                register("Market", new MarketBean(shard), "shard", number);
            }
            for (int agent = 0; agent < shard.agents().size(); agent++) {
                final Beans.AgentBean bean = new Beans.AgentBean(shard, agent);
                register(
                        "Agent",
                        bean,
                        "shard",
                        number,
                        "agent",
                        bean.cell().descriptor().name());
            }
        }
    }

    @SuppressWarnings("JdkObsolete") // ObjectName's constructor wants a Hashtable
    private void register(final String type, final Object bean, final String... keys) {
        final Hashtable<String, String> table = new Hashtable<>();
        table.put("type", type);
        table.put("engine", ObjectName.quote(context.name()));
        for (int i = 0; i < keys.length; i += 2) {
            table.put(keys[i], keys[i].equals("agent") ? ObjectName.quote(keys[i + 1]) : keys[i + 1]);
        }
        try {
            final ObjectName name = new ObjectName("io.tagma", table);
            ManagementFactory.getPlatformMBeanServer().registerMBean(bean, name);
            beans.add(name);
        } catch (final JMException e) {
            unregister();
            throw new EngineException(
                    "cannot register " + table + " with JMX, is there another engine of the name '" + context.name()
                            + "' in this process? Give each its own with EngineContext.name(...)",
                    e);
        }
    }

    private void unregister() {
        final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (final ObjectName bean : beans) {
            try {
                server.unregisterMBean(bean);
            } catch (final JMException ignored) {
                // somebody else has unregistered it; it is gone, which is what we want
            }
        }
        beans.clear();
    }

    /** A station's latencies over all shards and the intervals collected so far, ns; empty when histograms are off. */
    public Histogram total(final Station station) {
        final HistogramLog log = histograms;
        return log == null ? new Histogram(3) : log.total(station);
    }

    /** Inputs of a shard that its audit has yet to see; 0 without an audit. */
    public long auditLag(final int shard) {
        return audits.isEmpty()
                ? 0
                : Math.max(
                        0, topology.view(shard).sequence() - audits.get(shard).lastSeen());
    }

    /** The last input of a shard that its audit has seen; the largest number there is without an audit. */
    public long audited(final int shard) {
        return audits.isEmpty() ? Long.MAX_VALUE : audits.get(shard).lastSeen();
    }

    /** What looks whether the shards move. */
    public Watchdog watchdog() {
        return watchdog;
    }

    /** Events on which too many agents failed. */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /** Audit records written since the launch. */
    public long auditRecords() {
        return audits.stream().mapToLong(AuditSlot::records).sum();
    }

    /** Waits for the audit within its time-out, writes the last interval, closes. The shards must have stopped. */
    @Override
    public void close() {
        if (started) {
            awaitAudit();
        }
        stages.close();
        closeStages();
        unregister();
    }

    /** Once their threads have ended, in this order: what copies ship when they are closed is what the others have left. */
    private void closeStages() {
        audits.forEach(AuditSlot::close);
        letters.forEach(DeadLetterStage::onClose);
        final HistogramLog log = histograms;
        if (log != null) {
            log.onClose();
        }
        tree.onClose();
        final CopySlot shipped = copies;
        if (shipped != null) {
            shipped.close();
        }
    }

    private void awaitAudit() {
        final long deadline = context.nanoClock().nanoTime() + context.auditDrainTimeoutNs();
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        while (behind() && context.nanoClock().nanoTime() - deadline < 0) {
            idle.idle(step());
        }
    }

    private boolean behind() {
        final Set<String> gone = givenUp().keySet();
        for (int shard = 0; shard < audits.size(); shard++) {
            // An audit that was given up gets no further before the next launch. A shard that failed seals nothing;
            // what its journal lacks is audited after the next launch.
            if (!gone.contains("audit-" + shard)
                    && topology.view(shard).failure() == null
                    && !audits.get(shard).isCaughtUp(topology.view(shard).sequence())) {
                return true;
            }
        }
        return false;
    }

    /** One shard's journal and audit over JMX. */
    private record JournalBean(ShardView shard, @Nullable AuditSlot audit) implements JournalMXBean {
        @Override
        public long getExcerpts() {
            return shard.journal().counters().excerpts();
        }

        @Override
        public long getFrames() {
            return shard.journal().counters().frames();
        }

        @Override
        public long getBytes() {
            return shard.journal().counters().bytes();
        }

        @Override
        public long getPrefaultedBytes() {
            return shard.journal().prefault().bytes();
        }

        @Override
        public long getFailures() {
            return shard.journal().counters().failures();
        }

        @Override
        public long getAuditRecords() {
            return audit == null ? 0 : audit.records();
        }

        @Override
        public long getAuditFailures() {
            return audit == null ? 0 : audit.failures();
        }

        @Override
        public boolean isAuditPaused() {
            return audit != null && audit.isPaused();
        }

        @Override
        public long getAuditLag() {
            return audit == null ? 0 : Math.max(0, shard.sequence() - audit.lastSeen());
        }
    }
}
