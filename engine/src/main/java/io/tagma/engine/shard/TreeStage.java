package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.supervise.ThreadCensus;
import io.tagma.engine.supervise.TreeEntry;
import io.tagma.engine.supervise.TreeFile;
import io.tagma.store.StoreDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/** Shows other processes what runs in an engine: a file in its directory, written anew at each interval. On the observers' thread. */
final class TreeStage implements Agent {
    private static final long NS_PER_MS = 1_000_000;

    private final EngineContext context;
    private final ShardTopology topology;
    private final ThreadCensus census;
    private final NanoClock clock;
    private final EpochNanoClock epochClock;
    private final Path file;
    private final Path temporary;
    private long dueNs;

    TreeStage(
            final EngineContext context,
            final ShardTopology topology,
            final ThreadCensus census,
            final StoreDirectory directory) {
        this.context = context;
        this.topology = topology;
        this.census = census;
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
            failed |= topology.view(i).failure() != null;
            below.add(shard(topology.view(i)));
        }
        below.add(threads());
        below.add(topology.health().entry());
        return new TreeEntry(context.name(), "engine", failed ? "degraded" : "running", 0, "", below);
    }

    private TreeEntry shard(final ShardView shard) {
        final Throwable failure = shard.failure();
        final List<TreeEntry> agents = new ArrayList<>();
        shard.agents().forEach(cell -> agents.add(agent(cell)));
        final String detail = String.format(
                Locale.ROOT,
                "%,d inputs, %,d wait in the ring, %,d decisions wait for their outcome%s",
                shard.sequence(),
                shard.ingress().backlog(),
                shard.pending(),
                failure == null ? "" : ", stopped by " + failure);
        return new TreeEntry(
                "shard-" + shard.shard(), "shard", failure == null ? "running" : "stopped", 0, detail, agents);
    }

    private static TreeEntry agent(final AgentCell cell) {
        final Throwable failure = cell.lastFailure();
        final String detail = String.format(
                Locale.ROOT,
                "%,d tasks, %,d faults%s",
                cell.handled(),
                cell.faults(),
                failure == null ? "" : ", last " + failure);
        return new TreeEntry(cell.descriptor().name(), "agent", "running", cell.restarts(), detail, List.of());
    }

    private TreeEntry threads() {
        final List<TreeEntry> threads = new ArrayList<>();
        for (final Thread thread : census.alive()) {
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
