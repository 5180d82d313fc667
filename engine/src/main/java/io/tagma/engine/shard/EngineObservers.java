package io.tagma.engine.shard;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.observe.AuditStage;
import io.tagma.engine.observe.CopyMXBean;
import io.tagma.engine.observe.HistogramLog;
import io.tagma.engine.observe.JournalMXBean;
import io.tagma.engine.observe.Station;
import io.tagma.engine.observe.StationTimer;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.AuditAppender;
import io.tagma.store.JournalTailer;
import io.tagma.store.StoreDirectory;
import io.tagma.store.copy.CopyShipper;
import io.tagma.store.copy.CopyStatus;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Everything that serves and watches an engine from off the hot path, on one thread of its own: the journals' pages, the audit,
 * the histogram logs; and the MXBeans. Owned by the launching thread.
 */
public final class EngineObservers implements AutoCloseable {
    private final EngineContext context;
    private final ShardTopology topology;
    private final List<AuditStage> audits = new ArrayList<>();
    private final @Nullable HistogramLog histograms;
    private final @Nullable CopyShipper copies;
    private final List<ObjectName> beans = new ArrayList<>();
    private final @Nullable AgentRunner runner;

    /** Opens audits and logs and registers the beans. */
    public EngineObservers(
            final Engine engine,
            final EngineContext context,
            final ShardTopology topology,
            final StoreDirectory directory) {
        this.context = context;
        this.topology = topology;
        final List<Agent> stages = new ArrayList<>();
        for (int shard = 0; shard < topology.shards(); shard++) {
            stages.add(new PrefaultStage(topology.view(shard).journal().prefault()));
        }
        if (context.audit()) {
            openAudits(directory);
            stages.addAll(audits);
        }
        this.histograms = context.histograms() ? openLog(directory) : null;
        if (histograms != null) {
            stages.add(histograms);
        }
        stages.add(new TreeStage(context, topology, context.threads(), directory));
        stages.add(new RegistryStage(engine.registry().backend(), context.nanoClock()));
        this.copies = context.copyTo().isEmpty()
                ? null
                : CopyShipper.open(directory.root(), context.copyTo(), context.epochClock());
        if (copies != null) {
            stages.add(new CopyStage(copies)); // last: what it ships when it is closed is what the others have left
        }
        topology.health().observers(audits, copies);
        this.runner = stages.isEmpty()
                ? null
                : new AgentRunner(
                        IdleStrategies.byName(IdleStrategies.SLEEPING), failure -> {}, null, new Stages(stages));
        if (context.jmx()) {
            try {
                register(engine);
            } catch (final RuntimeException e) {
                CloseHelper.quietClose(runner);
                throw e;
            }
        }
    }

    private void openAudits(final StoreDirectory directory) {
        final List<String> agents = context.agents().stream()
                .map(AgentFactory::describe)
                .map(d -> d.name())
                .toList();
        for (int shard = 0; shard < topology.shards(); shard++) {
            audits.add(new AuditStage(
                    shard,
                    ExcerptType.INPUT,
                    ExcerptType.OUTPUT,
                    JournalTailer.open(directory.journal(shard)),
                    AuditAppender.open(directory.audit(shard)),
                    context.intents(),
                    agents,
                    context.subjectNames()));
        }
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

    /** Starts the observers' thread. */
    public void start() {
        if (runner != null) {
            AgentRunner.startOnThread(runner, context.threadFactory());
        }
    }

    private void register(final Engine engine) {
        register("Engine", new Beans.EngineBean(engine));
        register("Registry", new Beans.RegistryBean(engine.registry().backend()));
        register("Training", engine.training());
        register("Health", topology.health());
        for (int copy = 0; copy < context.copyTo().size() && copies != null; copy++) {
            register("Copy", new CopyBean(copies, copy), "copy", Integer.toString(copy));
        }
        for (int i = 0; i < topology.shards(); i++) {
            final ShardView shard = topology.view(i);
            final String number = Integer.toString(i);
            register("Shard", new ShardBean(shard, this), "shard", number);
            register("Ring", new Beans.RingBean(shard.ingress()), "shard", number, "ring", "ingress");
            register("Ring", new Beans.RingBean(shard.fromPeers()), "shard", number, "ring", "peers");
            register("Store", new Beans.StoreBean(shard, context.limits().maxRows()), "shard", number);
            register("Journal", new JournalBean(shard, i < audits.size() ? audits.get(i) : null), "shard", number);
            for (final AgentCell cell : shard.agents()) {
                register(
                        "Agent",
                        new Beans.AgentBean(cell),
                        "shard",
                        number,
                        "agent",
                        cell.descriptor().name());
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

    /** Audit records written since the launch. */
    public long auditRecords() {
        return audits.stream().mapToLong(AuditStage::records).sum();
    }

    /** Waits for the audit within its time-out, writes the last interval, closes. The shards must have stopped. */
    @Override
    public void close() {
        final AgentRunner running = runner;
        if (running != null) {
            awaitAudit();
            running.close();
        }
        unregister();
    }

    private void awaitAudit() {
        final long deadline = context.nanoClock().nanoTime() + context.auditDrainTimeoutNs();
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        while (behind() && context.nanoClock().nanoTime() - deadline < 0) {
            idle.idle(0);
        }
    }

    private boolean behind() {
        for (int shard = 0; shard < audits.size(); shard++) {
            // A shard that failed seals nothing; what its journal lacks is audited after the next launch.
            if (topology.view(shard).failure() == null
                    && !audits.get(shard).isCaughtUp(topology.view(shard).sequence())) {
                return true;
            }
        }
        return false;
    }

    /** All of them, one after the other. */
    private static final class Stages extends CompositeAgent {
        Stages(final List<Agent> stages) {
            super(stages);
        }

        @Override
        public String roleName() {
            return "observers";
        }
    }

    /** One copy over JMX. */
    private record CopyBean(CopyShipper shipper, int copy) implements CopyMXBean {
        private CopyStatus status() {
            return shipper.status().get(copy);
        }

        @Override
        public String getRoot() {
            return status().root().toString();
        }

        @Override
        public boolean isOk() {
            return status().ok();
        }

        @Override
        public long getLagBytes() {
            return status().lagBytes();
        }

        @Override
        public long getLagMs() {
            return status().lagMs();
        }

        @Override
        public long getShippedBytes() {
            return status().shippedBytes();
        }

        @Override
        public long getFailures() {
            return status().failures();
        }

        @Override
        public String getLastFailure() {
            return status().lastFailure();
        }
    }

    /** One shard's journal and audit over JMX. */
    private record JournalBean(ShardView shard, @Nullable AuditStage audit) implements JournalMXBean {
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
