package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.observe.Counter;
import io.tagma.store.SnapshotFiles;
import io.tagma.store.StoreDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots of running shards without stopping them: from time to time a copy of a shard's state is brought up from the
 * last snapshot and the journal behind it, on a thread of the observers', and written. Every decision and hash on the way is held
 * against the journal, so a snapshot is also a proof that the journal replays. Costs a second copy of the state while it works.
 */
public final class Snapshotter implements Agent, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);
    private static final int AGENT_LIMIT = 4096;
    private static final int STEP = 65_536;
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String SCRATCH = "scratch-";

    private final EngineContext context;
    private final ShardTopology topology;
    private final StoreDirectory directory;
    private final Kernels kernels;
    private final long interval;
    private final long[] taken;
    private final Counter snapshots = new Counter();
    private final Counter failures = new Counter();
    private final Counter deleted = new Counter();
    private final IntToLongFunction audited;
    private volatile boolean closing;

    /**
     * Made with the engine; works once it is {@link #under} the observers.
     *
     * @param audited the last sequence of a shard that its audit has seen; the largest there is without an audit
     */
    public Snapshotter(
            final EngineContext context,
            final ShardTopology topology,
            final StoreDirectory directory,
            final Kernels kernels,
            final IntToLongFunction audited) {
        this.audited = audited;
        this.context = context;
        this.topology = topology;
        this.directory = directory;
        this.kernels = kernels;
        this.interval =
                context.limits().snapshotsKept() == 0 ? 0 : context.limits().snapshotInterval();
        this.taken = new long[topology.shards()];
        for (int shard = 0; shard < taken.length; shard++) {
            final List<Path> present = SnapshotFiles.newestFirst(directory.snapshots(shard));
            taken[shard] = present.isEmpty() ? 0 : Math.max(0, SnapshotFiles.sequence(present.getFirst()));
        }
        deleteScratch();
    }

    /** Adds it to those who watch the engine, where snapshots are taken while shards run. */
    public Snapshotter under(final EngineObservers observers) {
        if (interval != 0) {
            observers.add(roleName(), IDLE_NS, () -> this);
        }
        return this;
    }

    @Override
    public int doWork() {
        int work = 0;
        for (int shard = 0; shard < taken.length && !closing; shard++) {
            final long sequence = topology.view(shard).sequence();
            if (sequence - taken[shard] >= interval) {
                taken[shard] = sequence; // also where it fails: the next try is an interval away
                take(shard, sequence);
                work++;
            }
        }
        return work;
    }

    private void take(final int shard, final long until) {
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory(directory.snapshots(shard), SCRATCH);
            try (ShardReplay copy =
                    new ShardReplay(context, directory, new AgentRegistry(AGENT_LIMIT), kernels, shard, scratch)) {
                copy.resumeBefore(until);
                Divergence divergence = null;
                while (copy.sequence() < until && divergence == null && !closing) {
                    divergence = copy.advance(Math.min(until, copy.sequence() + STEP), true);
                }
                if (divergence != null) {
                    throw new IllegalStateException("the journal does not replay: " + divergence);
                }
                if (!closing) {
                    copy.snapshot();
                    snapshots.increment();
                    retain(shard);
                }
            }
        } catch (final IOException | RuntimeException e) {
            failures.increment();
            LOG.warn("no snapshot of shard {} at sequence {}: {}", shard, until, e.toString());
        } finally {
            delete(scratch);
        }
    }

    /** Lets go of what the journal need not keep. Called by the thread that took a snapshot, or after all others have stopped. */
    private void retain(final int shard) {
        deleted.add(JournalRetention.apply(
                directory.journal(shard),
                directory.snapshots(shard),
                context.limits().retention(),
                audited.applyAsLong(shard),
                context.epochClock().nanoTime() / 1_000_000));
    }

    /** As the engine closes: the last snapshot of each shard is written, and the journal's retention applied. */
    public void retainAll() {
        for (int shard = 0; shard < taken.length; shard++) {
            retain(shard);
        }
    }

    /** Journal files that the retention let go since the launch; any thread. */
    public long deletedFiles() {
        return deleted.get();
    }

    /** Snapshots taken since the launch; any thread. */
    public long taken() {
        return snapshots.get();
    }

    /** Snapshots that could not be taken; any thread. */
    public long failures() {
        return failures.get();
    }

    @Override
    public String roleName() {
        return "snapshots";
    }

    /** Gives up what is under way, within the step that it is in. */
    @Override
    public void close() {
        closing = true;
    }

    private void deleteScratch() {
        for (int shard = 0; shard < taken.length; shard++) {
            try (Stream<Path> left = Files.list(directory.snapshots(shard))) {
                left.filter(path -> String.valueOf(path.getFileName()).startsWith(SCRATCH))
                        .forEach(Snapshotter::delete);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void delete(final @Nullable Path tree) {
        if (tree == null) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (final IOException e) {
            LOG.warn("scratch files are left at {}: {}", tree, e.toString());
        }
    }

    @Override
    public String toString() {
        return "Snapshotter" + Arrays.toString(taken);
    }
}
