package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.store.Damage;
import io.tagma.store.JournalTailer;
import io.tagma.store.ProfileStore;
import io.tagma.store.SnapshotFiles;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import io.tagma.store.StoreDirectory;
import io.tagma.store.mirror.MirrorReader;
import java.nio.file.Files;
import java.nio.file.Path;

/** A shard's snapshots: written from a core between two batches, loaded into a fresh one. Stateless. */
final class Snapshots {
    private Snapshots() {}

    /** Writes a snapshot, unless nothing was applied yet or there is one of this sequence, and drops the oldest. */
    static void write(
            final EngineContext context,
            final StoreDirectory directory,
            final ShardCore core,
            final ProfileStore store) {
        final int shard = core.parts().shard();
        final Path parent = directory.snapshots(shard);
        final Path file = SnapshotFiles.file(parent, core.sequence());
        if (core.sequence() == 0 || Files.exists(file)) {
            return;
        }
        final SnapshotInfo info = new SnapshotInfo(
                file,
                shard,
                core.sequence(),
                core.stateHash(),
                context.epochClock().nanoTime());
        try (SnapshotWriter out = new SnapshotWriter(info)) {
            ShardState.save(core, store, out);
            out.commit();
        }
        SnapshotFiles.keepNewest(parent, context.limits().snapshotsKept());
    }

    /**
     * Loads a snapshot that has been checked to the last byte.
     *
     * @throws EngineException when it is damaged, or gives another state than it promises: the core is then of no use
     */
    static void load(final Path file, final ShardCore core, final ProfileStore store) {
        final Damage damage = SnapshotReader.verify(file);
        if (damage != null) {
            throw new EngineException(file + ": " + damage.reason() + " (block at byte " + damage.offset() + ")");
        }
        try (SnapshotReader in = SnapshotReader.open(file)) {
            if (in.info().shard() != core.parts().shard()) {
                throw new EngineException(file + " is of shard " + in.info().shard());
            }
            ShardState.load(core, store, in);
        }
    }

    /**
     * Loads a shard's image from the memory of its mirror.
     *
     * @throws EngineException when it gives another state than it promises: the core is then of no use
     * @throws io.tagma.store.StoreException when too little of it is left
     */
    static void load(final MirrorReader mirror, final ShardCore core, final ProfileStore store) {
        final int shard = core.parts().shard();
        try (SnapshotReader in = SnapshotReader.from(Path.of("image-of-shard-" + shard), mirror.image(shard))) {
            if (in.info().shard() != shard) {
                throw new EngineException(
                        in.info().file() + " is of shard " + in.info().shard());
            }
            ShardState.load(core, store, in);
        }
    }

    /**
     * Makes the journal's first input behind a state the next. A journal that ends with the file before it has the state's own last
     * input, or the retention would not have let that file go.
     *
     * @throws EngineException when the journal does not reach to the state: it was cut
     */
    static void seek(final JournalTailer tailer, final long sequence) {
        if (sequence == 0) {
            tailer.toStart();
            return;
        }
        if (!tailer.toSequence(sequence)) {
            throw new EngineException("the journal ends before sequence " + sequence
                    + ", which a snapshot holds: it was cut; restore it from a copy, or delete the newer snapshots"
                    + " to go back to what the journal has");
        }
        tailer.toSequence(sequence + 1);
    }
}
