package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.agent.Task;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.observe.StationTimer;
import io.tagma.engine.profile.RowStation;
import io.tagma.store.JournalTailer;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.SnapshotFiles;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.StoreDirectory;
import io.tagma.store.TailerCode;
import io.tagma.store.mirror.MirrorWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/** One shard rebuilt from its journal, step by step. Owned by the replaying thread; made by {@link Replay#shard}. */
public final class ShardReplay implements AutoCloseable {
    private final int shard;
    private final Path journal;
    private final ProfileStore store;
    private final JournalTailer tailer;
    private final ShardCore core;
    private final long firstSequence;
    private final StoreDirectory directory;
    private final JournalWalk walk;
    private final EngineContext context;
    private final StationTimer timer;
    private boolean handedOver;
    private @Nullable Divergence divergence;

    ShardReplay(
            final EngineContext context,
            final StoreDirectory directory,
            final AgentRegistry registry,
            final Kernels kernels,
            final int shard,
            final Path scratch) {
        this.context = context;
        this.timer = new StationTimer(context.nanoClock(), false);
        this.directory = directory;
        this.shard = shard;
        this.journal = directory.journal(shard);
        this.tailer = JournalTailer.open(journal);
        ProfileStore opened = null;
        try {
            final Map<String, String> journaled = requireConfig(directory);
            opened = ShardBuilder.store(
                    context,
                    shard,
                    scratch.resolve("replay-shard-" + shard + ".dat"),
                    () -> scratch.resolve("replay-shard-" + shard + "-archive"));
            this.store = opened;
            this.core = ShardBuilder.core(context, registry, kernels, shard, store, timer);
            core.parts().switchOffs().begin(ConfigFrames.agentFailures(journaled));
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(opened);
            tailer.close();
            throw e;
        }
        this.walk = new JournalWalk(core, tailer);
        this.firstSequence = firstSequence();
    }

    /** Sequence of the first input that the journal still has, 1 unless its retention is limited; 0 while there is none. */
    private long firstSequence() {
        try (JournalTailer first = JournalTailer.open(journal)) {
            int code = first.next();
            while (code == TailerCode.EXCERPT && first.type() != ExcerptType.INPUT) {
                code = first.next();
            }
            return code == TailerCode.EXCERPT ? first.firstSequence() : 0;
        }
    }

    /** Where the journal's beginning is gone, the oldest snapshot that the rest follows on takes its place. */
    private void begin() {
        if (core.sequence() > 0 || firstSequence <= 1) {
            return;
        }
        for (final Path file :
                SnapshotFiles.newestFirst(directory.snapshots(shard)).reversed()) {
            if (SnapshotFiles.sequence(file) >= firstSequence - 1 && SnapshotReader.verify(file) == null) {
                Snapshots.load(file, core, store);
                Snapshots.seek(tailer, core.sequence());
                return;
            }
        }
        throw new EngineException("the journal of shard " + shard + " in " + directory.root() + " begins with input "
                + firstSequence + ", and no snapshot there holds what was before; restore both from a copy");
    }

    /** Sequence from which this replays: 0, or that of the snapshot it began with. */
    public long start() {
        begin();
        return core.sequence();
    }

    private Map<String, String> requireConfig(final StoreDirectory directory) {
        final Map<String, String> journaled = ConfigFrames.read(journal, tailer);
        if (journaled.isEmpty()) {
            throw new EngineException("journal of shard " + shard + " in " + directory.root()
                    + " is empty: the engine was stopped before it began; run it again");
        }
        ConfigFrames.requireSame(journaled, context);
        return journaled;
    }

    /** Whether the last input applied ends a batch whose outputs have been seen too. */
    public boolean isBetweenBatches() {
        return walk.isBetweenBatches();
    }

    /**
     * Replays to the end of the batch that it is in, so that it {@link #isBetweenBatches is between batches}, unless the journal ends
     * before.
     *
     * @return the first difference so far, or null
     */
    public @Nullable Divergence finishBatch() {
        if (divergence == null) {
            divergence = walk.finishBatch();
        }
        return divergence;
    }

    /** Writes what has been replayed as the next image of a mirror; only {@link #isBetweenBatches between batches}. */
    public void image(final MirrorWriter writer) {
        writer.image(
                new SnapshotInfo(
                        Path.of("image-of-shard-" + shard),
                        shard,
                        core.sequence(),
                        core.stateHash(),
                        context.epochClock().nanoTime()),
                out -> ShardState.save(core, store, out));
    }

    /** Writes a snapshot of what has been replayed to the engine's directory; only {@link #isBetweenBatches between batches}. */
    public void snapshot() {
        Snapshots.write(context, directory, core, store);
    }

    /**
     * Replays on, to {@code until} or the journal's end.
     *
     * @param until the last sequence to apply
     * @param verify whether decisions and state hashes are held against the journal's
     * @return the first difference so far, or null; nothing is replayed behind one
     * @throws EngineException when the journal is damaged or a part of it is missing
     */
    public @Nullable Divergence advance(final long until, final boolean verify) {
        begin();
        if (divergence == null) {
            divergence = walk.walk(until, verify);
        }
        return divergence;
    }

    /**
     * Replays to a decision and takes it apart.
     *
     * @param sequence the deciding input, not yet replayed; or an event whose decision waited for bids, which is then looked for
     * @return the decision with all that led to it
     * @throws EngineException when there is no such input, or it was not an event that this shard decided
     */
    public DecisionTrace explain(final long sequence) {
        if (sequence <= sequence()) {
            throw new EngineException("sequence " + sequence + " is already replayed, shard " + shard + " is at "
                    + sequence() + "; sequences begin at 1");
        }
        final InputSearch.Found input = InputSearch.find(journal, shard, sequence);
        final DecisionTracer tracer = new DecisionTracer(core, store, context, journal);
        core.listen(tracer); // from the beginning: what a decision knew of came before it
        try {
            advance(sequence - 1, false);
            tracer.before(input);
            advance(sequence, false);
            tracer.after(sequence);
            final AskedAuctions auctions = core.parts().asked();
            long last = 0;
            while (!tracer.isDone() && auctions != null && auctions.isWaiting(sequence) && last < core.sequence()) {
                last = core.sequence();
                advance(last + 1, false); // the decision comes with a later input, if the journal has it yet
            }
        } finally {
            core.listen(null);
        }
        return tracer.trace();
    }

    /**
     * Replays on, to {@code until} or the journal's end, and hands over each version of a subject's row.
     *
     * @param each told after each input that changed the row, in order
     */
    public void history(final long subject, final long until, final Consumer<RowVersion> each) {
        core.listen(new StepListener() {
            @Override
            public void rowChanged(final RowStation rows) {
                if (rows.row().subject() == subject) {
                    each.accept(version(rows.row()));
                }
            }

            @Override
            public void decided(final Task task, final Deliberation deliberation) {
                // rows only
            }
        });
        try {
            advance(until, false);
        } finally {
            core.listen(null);
        }
    }

    /** A subject's row as it is after the last input replayed, or null when there is none. */
    public @Nullable RowVersion row(final long subject) {
        final long address = store.rowAddress(subject);
        return address == 0 ? null : version(store.newRow().wrap(address));
    }

    private RowVersion version(final ProfileRow row) {
        final float[] floats = new float[row.dimension()];
        row.copyTo(floats);
        return new RowVersion(core.sequence(), row.updatedNs(), floats, core.restored.cause(core.sequence()));
    }

    /**
     * Takes up the newest whole snapshot that is not behind {@code until}, before anything was replayed: what it holds need not be
     * replayed. Without one, from the start.
     */
    public void resumeBefore(final long until) {
        for (final Path file : SnapshotFiles.newestFirst(directory.snapshots(shard))) {
            if (SnapshotFiles.sequence(file) <= until && SnapshotReader.verify(file) == null) {
                Snapshots.load(file, core, store);
                Snapshots.seek(tailer, core.sequence());
                return;
            }
        }
    }

    /** The shard's number. */
    public int shard() {
        return shard;
    }

    /** Sequence of the last input applied. */
    public long sequence() {
        return core.sequence();
    }

    /** Decisions made so far. */
    public long decisions() {
        return core.parts().counters().decisions.get();
    }

    /** Decisions held against the journal so far. */
    public long decisionsChecked() {
        return walk.decisionsChecked();
    }

    /** State hashes held against the journal so far. */
    public long hashesChecked() {
        return walk.hashesChecked();
    }

    /** What the journal said so far of who computed. */
    public KernelTally kernels() {
        return walk.kernels();
    }

    /** Whether the journal ends in inputs whose outputs were never written: a process died, or lives and is at it. */
    public boolean endsInMidBatch() {
        return walk.unwritten() != null;
    }

    /** The state hash after the last input applied. */
    public long stateHash() {
        return core.stateHash();
    }

    /** Closes the journal and the scratch rows. Idempotent. */
    @Override
    public void close() {
        tailer.close();
        if (!handedOver) {
            store.close();
        }
    }

    /**
     * Becomes the shard itself: applies what the journal still has, and gives its rows the name of the engine's. From then on core
     * and rows are the caller's.
     *
     * @return outputs that the last batch gave but the journal lacks, or null
     * @throws EngineException when the copy does not agree with the journal to its end
     */
    @Nullable
    ReplayOutput handOver() {
        final Divergence difference = advance(Long.MAX_VALUE, true);
        if (difference != null) {
            throw new EngineException("the journal does not replay: " + difference);
        }
        store.moveTo(directory.profiles(shard));
        handedOver = true;
        return walk.unwritten();
    }

    ShardCore core() {
        return core;
    }

    ProfileStore store() {
        return store;
    }

    StationTimer timer() {
        return timer;
    }
}
