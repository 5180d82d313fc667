package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.observe.StationTimer;
import io.tagma.store.JournalAppender;
import io.tagma.store.JournalConfig;
import io.tagma.store.JournalTailer;
import io.tagma.store.ProfileStore;
import io.tagma.store.SnapshotFiles;
import io.tagma.store.StoreDirectory;
import io.tagma.store.mirror.MirrorReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one shard back to its last journaled input: the image in the memory of its mirror if there is one that is newer than the
 * snapshots, else the newest whole snapshot, then the journal behind it. An image or a snapshot that is damaged, does not give the
 * state it promises, or from which the journal does not go on as it did is passed over, with a warning, for the one before, and in
 * the end for the journal alone. The journal is opened once for writing, before anything is read, and handed on as it is. Used once, by the
 * launching thread.
 */
final class ShardRecovery implements AutoCloseable {
    /** Most bytes of a decision's frame without its ballots. */
    static final int DECISION_BYTES = 96;

    private static final int CONFIG_BYTES = 64 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(ShardRecovery.class);

    private final EngineContext context;
    private final StoreDirectory directory;
    private final AgentRegistry registry;
    private final Kernels kernels;
    private final int shard;
    private final StationTimer timer;
    private String source = "journal";
    private @Nullable JournalAppender journal;
    private @Nullable JournalTailer reading;
    private @Nullable ReplayOutput leftover;
    private @Nullable ReplayOutput caughtUp;
    private FailureLimit agentFailures;

    ShardRecovery(
            final EngineContext context,
            final StoreDirectory directory,
            final AgentRegistry registry,
            final Kernels kernels,
            final int shard,
            final StationTimer timer) {
        this.context = context;
        this.directory = directory;
        this.registry = registry;
        this.kernels = kernels;
        this.shard = shard;
        this.timer = timer;
        this.agentFailures = context.faults().agentFailures();
    }

    /**
     * Recovers at a launch.
     *
     * @param opened is handed the store as soon as it is open, for the caller to close
     */
    ShardCore recover(final Consumer<ProfileStore> opened) {
        SnapshotFiles.dropUnfinished(directory.snapshots(shard));
        return rebuild(opened);
    }

    /** The same while the engine runs: a snapshot that is unfinished is being written. */
    ShardCore rebuild(final Consumer<ProfileStore> opened) {
        final boolean configured = configured();
        final ProfileStore[] store = new ProfileStore[1];
        ShardCore core = null;
        final List<Path> snapshots = context.limits().snapshotsKept() == 0
                ? List.of()
                : SnapshotFiles.newestFirst(directory.snapshots(shard));
        if (configured && context.limits().snapshotsKept() > 0) {
            core = remember(snapshots.isEmpty() ? 0 : SnapshotFiles.sequence(snapshots.getFirst()), store);
        }
        final boolean replayed = core != null;
        for (int i = 0; i < snapshots.size() && core == null; i++) {
            core = resume(snapshots.get(i), store);
            source = "snapshot";
        }
        if (core == null) {
            store[0] = openStore();
            core = fresh(store[0]);
            source = "journal";
        }
        opened.accept(store[0]);
        stagingCapacity(core); // refuses what cannot work before anything is written
        if (!configured) {
            configure();
        }
        ConfigFrames.keepCopy(directory, context, shard);
        final boolean empty = !configured && core.sequence() == 0; // with a snapshot, an empty journal is a loss
        final ReplayOutput unwritten = replayed ? leftover : empty ? null : replay(core);
        if (unwritten != null) {
            appendOutputs(unwritten, core);
        }
        leftover = null;
        caughtUp = unwritten;
        return core;
    }

    /**
     * Takes a copy that has followed the journal for the shard: nothing is read again.
     *
     * @param opened is handed the store, for the caller to close
     */
    ShardCore takeOver(final ShardReplay copy, final Consumer<ProfileStore> opened) {
        SnapshotFiles.dropUnfinished(directory.snapshots(shard));
        ConfigFrames.keepCopy(directory, context, shard);
        source = "standby";
        final ReplayOutput unwritten = copy.handOver();
        opened.accept(copy.store());
        if (unwritten != null) {
            appendOutputs(unwritten, copy.core());
        }
        return copy.core();
    }

    /**
     * From the mirror, with the journal's tail applied: a state that the tail does not agree with is not believed.
     *
     * @param newest sequence of the newest snapshot, below which an image is of no use
     */
    private @Nullable ShardCore remember(final long newest, final ProfileStore[] store) {
        try (MirrorReader mirror = MirrorReader.open(directory.root(), context.shards(), SystemNanoClock.INSTANCE)) {
            if (mirror == null || mirror.sequence(shard) <= newest) {
                return null;
            }
            final ProfileStore candidate = openStore();
            try {
                final ShardCore core = fresh(candidate);
                Snapshots.load(mirror, core, candidate);
                leftover = replay(core);
                store[0] = candidate;
                source = mirror.rebuilt() == 0 ? "mirror" : "mirror and its parity";
                LOG.info(
                        "shard {} comes back from the memory of its mirror, sequence {}; {} MiB made from the parity",
                        shard,
                        mirror.sequence(shard),
                        mirror.rebuilt());
                return core;
            } catch (final RuntimeException e) {
                CloseHelper.quietClose(candidate);
                LOG.warn("passed over the mirror's image of shard {}: {}", shard, e.getMessage());
                return null;
            }
        }
    }

    /** Where the state came from: standby, mirror, snapshot or journal. */
    String source() {
        return source;
    }

    private @Nullable ShardCore resume(final Path file, final ProfileStore[] store) {
        final ProfileStore candidate = openStore();
        try {
            final ShardCore core = fresh(candidate);
            Snapshots.load(file, core, candidate);
            store[0] = candidate;
            return core;
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(candidate);
            LOG.warn("passed over a snapshot of shard {}: {}", shard, e.getMessage());
            return null;
        }
    }

    private ProfileStore openStore() {
        return ShardBuilder.store(context, shard, directory.profiles(shard), () -> directory.archive(shard));
    }

    private ShardCore fresh(final ProfileStore store) {
        final ShardCore core = ShardBuilder.core(context, registry, kernels, shard, store, timer);
        core.parts().switchOffs().begin(agentFailures);
        return core;
    }

    /** Whether the journal has its configuration, which must then be this launch's. */
    private boolean configured() {
        if (appender(CONFIG_BYTES).isEmpty()) { // made now, where there was none
            return false;
        }
        final Map<String, String> journaled = ConfigFrames.read(directory.journal(shard), tailer());
        if (!journaled.isEmpty()) {
            ConfigFrames.requireSame(journaled, context);
            agentFailures = ConfigFrames.agentFailures(journaled);
        }
        return !journaled.isEmpty();
    }

    /** A new journal begins with its configuration. */
    private void configure() {
        ConfigFrames.write(
                appender(CONFIG_BYTES),
                context,
                kernels,
                shard,
                context.epochClock().nanoTime());
    }

    /** Has the journal behind the core's state run through it; what its last batch put out but the journal lacks, or null. */
    private @Nullable ReplayOutput replay(final ShardCore core) {
        final JournalTailer tailer = tailer();
        Snapshots.seek(tailer, core.sequence());
        final JournalWalk walk = new JournalWalk(core, tailer);
        final Divergence divergence = walk.walk(Long.MAX_VALUE, true);
        if (divergence != null) {
            throw new EngineException("journal does not replay, " + divergence
                    + "; launch it with the version and the agents that wrote it");
        }
        return walk.unwritten();
    }

    /** The process died between a batch's inputs and its outputs; they follow from the inputs, so they are written now. */
    private void appendOutputs(final ReplayOutput unwritten, final ShardCore core) {
        // In one excerpt, as they would have been, though this launch's batches may be smaller than that one was.
        final JournalAppender appender = appender(unwritten.stagingCapacity());
        appender.begin(ExcerptType.OUTPUT, core.sequence(), context.epochClock().nanoTime());
        boolean fits = true;
        for (int i = 0; i < unwritten.count(); i++) {
            fits &= appender.append(unwritten.buffer(), unwritten.offset(i), unwritten.length(i)) >= 0;
        }
        if (!fits || appender.commit() < 0) {
            throw new EngineException("journal of " + context.directory() + " cannot be appended to; see to the disk");
        }
    }

    /** Outputs that the journal lacked and that were appended, or null. */
    @Nullable
    ReplayOutput caughtUp() {
        return caughtUp;
    }

    /** Bytes that the worst batch may take in the journal. */
    int stagingCapacity(final ShardCore core) {
        final int batch = context.limits().maxBatch();
        final int input = context.slotLength() + 2 * Long.BYTES;
        final int output = 2 * ShardBuilder.decisionBytes(context)
                + Float.BYTES * core.parts().index().widest()
                + OutputWriter.MAX_FAULT_BYTES
                + (core.parts().asked() == null ? 0 : OutputWriter.AUCTION_BYTES + 2 * Long.BYTES)
                + (core.parts().variables() == null ? 0 : OutputWriter.MAX_VARIABLE_BYTES);
        final long bytes = CONFIG_BYTES
                + (long) batch * Math.max(input, output)
                + (long) core.parts().cells().size() * OutputWriter.SWITCH_OFF_BYTES;
        if (bytes > JournalConfig.MAX_STAGING) {
            throw new EngineException(
                    "a batch of " + batch + " frames may need " + bytes + " bytes of journal, more than "
                            + JournalConfig.MAX_STAGING + "; lower tagma.maxBatch or tagma.slotLength");
        }
        return (int) bytes;
    }

    /** The journal, open for appending, with room for excerpts of so many bytes; whoever has it last closes it. */
    JournalAppender appender(final int stagingCapacity) {
        JournalAppender open = journal;
        if (open == null) {
            open = JournalAppender.open(JournalConfig.of(directory.journal(shard))
                    .rollEvery(context.limits().journalRoll())
                    .stagingCapacity(stagingCapacity));
            journal = open;
        }
        open.ensureStaging(stagingCapacity);
        return open;
    }

    private JournalTailer tailer() {
        JournalTailer open = reading;
        if (open == null) {
            open = JournalTailer.open(directory.journal(shard));
            reading = open;
        }
        return open;
    }

    /** Lets go of the journal, where nobody took it over. */
    void abandon() {
        CloseHelper.quietClose(journal);
    }

    /** Closes what was needed for the recovery alone. */
    @Override
    public void close() {
        CloseHelper.quietClose(reading);
        reading = null;
    }
}
