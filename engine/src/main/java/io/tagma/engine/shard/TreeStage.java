package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.supervise.SupervisedStages;
import io.tagma.engine.supervise.TreeEntry;
import io.tagma.engine.supervise.TreeFile;
import io.tagma.engine.supervise.TreeNode;
import io.tagma.ring.ElasticRunner;
import io.tagma.store.StoreDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/** Shows other processes what runs in an engine: a file in its directory, written anew at each interval. On the observers' thread. */
final class TreeStage implements Agent {
    private static final long NS_PER_MS = 1_000_000;

    private final EngineContext context;
    private final ShardTopology topology;
    private final Watchdog watchdog;
    private final SupervisedStages stages;
    private final NanoClock clock;
    private final EpochNanoClock epochClock;
    private final Path file;
    private final Path temporary;
    private long dueNs;

    TreeStage(
            final EngineContext context,
            final ShardTopology topology,
            final Watchdog watchdog,
            final StoreDirectory directory,
            final SupervisedStages stages) {
        this.stages = stages;
        this.context = context;
        this.topology = topology;
        this.watchdog = watchdog;
        clock = context.nanoClock();
        epochClock = context.epochClock();
        file = directory.root().resolve(TreeFile.NAME);
        temporary = directory.file(directory.root(), TreeFile.NAME + ".tmp");
        dueNs = clock.nanoTime();
    }

    @Override
    public int doWork() {
        if (clock.nanoTime() - dueNs < 0) {
            return 0;
        }
        dueNs = clock.nanoTime() + context.reportIntervalNs();
        try {
            TreeFile.write(
                    file,
                    temporary,
                    new TreeFile.Seen(ProcessHandle.current().pid(), epochClock.nanoTime() / NS_PER_MS, tree()));
        } catch (final IOException ignored) {
            // A full disk: the engine goes on, and whoever looks sees from the time that the tree is old.
        }
        return 1;
    }

    TreeEntry tree() {
        final List<TreeEntry> below = new ArrayList<>();
        boolean failed = false;
        for (int i = 0; i < topology.shards(); i++) {
            failed |= topology.view(i).failure() != null
                    || topology.view(i).agents().stream().anyMatch(AgentCell::isOff);
            below.add(shard(topology.view(i)));
        }
        final Map<String, String> gone = stages.givenUp();
        for (final TreeNode node : stages.tree()) {
            below.add(entry(node, gone));
        }
        below.add(workers());
        below.add(threads());
        below.add(topology.health().entry());
        final String state = failed || watchdog.stalls() || !gone.isEmpty() ? "degraded" : "running";
        return new TreeEntry(context.name(), "engine", state, 0, reasons(gone), below);
    }

    private static String reasons(final Map<String, String> gone) {
        final List<String> reasons = new ArrayList<>();
        gone.forEach((name, reason) -> reasons.add(name + " " + reason));
        return String.join("; ", reasons);
    }

    private static TreeEntry entry(final TreeNode node, final Map<String, String> gone) {
        final List<TreeEntry> below = new ArrayList<>();
        node.children().forEach(child -> below.add(entry(child, gone)));
        final boolean lost = gone.containsKey(node.name());
        return new TreeEntry(
                node.name(),
                node.kind(),
                lost ? "given up" : node.state().name().toLowerCase(Locale.ROOT),
                node.restarts(),
                (node.thread().isEmpty() ? "" : "thread " + node.thread())
                        + (lost || node.lastFailure().isEmpty() ? "" : ", last failure " + node.lastFailure()),
                below);
    }

    /** The threads that shards run on, with who runs there. */
    private TreeEntry workers() {
        final List<TreeEntry> workers = new ArrayList<>();
        final List<String> names = topology.threads().names();
        final ElasticRunner pool = topology.pool();
        final double[] shares = pool == null ? new double[0] : pool.shares();
        for (int thread = 0; thread < names.size(); thread++) {
            final StringBuilder detail = new StringBuilder("thread ").append(names.get(thread));
            if (thread < shares.length) {
                detail.append(String.format(Locale.ROOT, ", %.0f %% busy", 100 * shares[thread]));
            }
            String runs = ", runs";
            for (int shard = 0; shard < topology.shards(); shard++) {
                if (topology.threads().threadOf(shard, topology.shards()) == thread) {
                    detail.append(runs).append(" shard-").append(shard);
                    runs = "";
                }
            }
            workers.add(new TreeEntry("worker-" + thread, "worker", "running", 0, detail.toString(), List.of()));
        }
        final String detail = pool == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %d to %d threads, grown %,d times, shrunk %,d, %,d shards moved",
                        context.elastic().minThreads(),
                        pool.maxThreads(),
                        pool.grown(),
                        pool.shrunk(),
                        pool.moves());
        return new TreeEntry(
                "workers",
                "workers",
                "running",
                0,
                context.threading().name().toLowerCase(Locale.ROOT) + detail,
                workers);
    }

    private TreeEntry shard(final ShardView shard) {
        final Throwable failure = shard.failure();
        final Stall stall = watchdog.log(shard.shard()).open();
        final List<TreeEntry> agents = new ArrayList<>();
        shard.agents().forEach(cell -> agents.add(agent(shard, cell, stall)));
        final String detail = String.format(
                Locale.ROOT,
                "%,d inputs, %,d wait in the ring, %,d decisions wait for their outcome%s%s%s",
                shard.sequence(),
                shard.ingress().backlog(),
                shard.pending(),
                failure == null ? "" : ", stopped by " + failure,
                shard.restarts() == 0 ? "" : ", " + shard.lastRestart(),
                stalls(shard.shard()));
        final String working = stall == null ? "running" : "stalled";
        return new TreeEntry(
                "shard-" + shard.shard(),
                "shard",
                failure == null ? working : "stopped",
                shard.restarts(),
                detail,
                agents);
    }

    private String stalls(final int shard) {
        final long count = watchdog.log(shard).count();
        return count == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %,d stalls, the last %s",
                        count,
                        watchdog.log(shard).words());
    }

    private static TreeEntry agent(final ShardView shard, final AgentCell cell, final @Nullable Stall stall) {
        final Throwable failure = cell.lastFailure();
        final String detail = String.format(
                Locale.ROOT,
                "%,d tasks, %,d faults%s%s",
                cell.handled(),
                cell.faults(),
                failure == null ? "" : ", last " + failure,
                cell.isOff() ? ", switched off at input " + shard.switchedOffAt(cell) : "");
        final String name = cell.descriptor().name();
        final String called = cell.isSuspended() ? "on probation" : "running";
        final String working = cell.isOff() ? "switched off" : called;
        final String state = stall != null && stall.agent().equals(name) ? "stalled" : working;
        return new TreeEntry(name, "agent", state, cell.restarts(), detail, List.of());
    }

    private TreeEntry threads() {
        final List<TreeEntry> threads = new ArrayList<>();
        for (final Thread thread : context.threads().alive()) {
            threads.add(new TreeEntry(
                    thread.getName(),
                    "thread",
                    thread.getState().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    0,
                    "",
                    List.of()));
        }
        return new TreeEntry("threads", "threads", "running", 0, threads.size() + " of this engine", threads);
    }

    /** An engine that is closed has nothing that runs. */
    @Override
    public void onClose() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(temporary);
        } catch (final IOException ignored) {
            // it is told from a live one by the process that no longer holds the directory
        }
    }

    @Override
    public String roleName() {
        return "tree";
    }
}
