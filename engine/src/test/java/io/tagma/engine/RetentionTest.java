package io.tagma.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.shard.Replay;
import io.tagma.store.JournalFile;
import io.tagma.store.JournalFiles;
import io.tagma.store.RollEvery;
import io.tagma.store.SnapshotFiles;
import io.tagma.store.StoreDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal is let go file by file, and only what a snapshot holds. */
@Timeout(60)
class RetentionTest {
    private static final Workload WORKLOAD = Workload.of(8, 1000);
    private static final int INPUTS = WORKLOAD.inputs().size();
    private static final int PARTS = 3;

    @TempDir
    Path temp;

    @Test
    void whatIsGoneIsHeldByASnapshotAndTheRestReplays() throws IOException {
        final long expected = Engines.run(Team.context(temp.resolve("whole")), WORKLOAD);
        final Path directory = temp.resolve("bounded");
        final Path scratch = Files.createDirectory(temp.resolve("scratch"));

        final long bounded = runInParts(directory, new Retention(0, 2, 0));

        assertThat(bounded).isEqualTo(expected);
        final List<JournalFile> files = JournalFiles.list(Journals.of(directory, 0));
        assertThat(files).hasSizeBetween(2, 3);
        assertThat(files.getFirst().firstSequence()).isGreaterThan(1);
        assertThat(Engines.run(context(directory, Retention.ALL), WORKLOAD, INPUTS, INPUTS))
                .isEqualTo(expected);
        try (Replay replay = Replay.open(context(directory, Retention.ALL), scratch)) {
            assertThat(replay.shard(0).start())
                    .isGreaterThanOrEqualTo(files.getFirst().firstSequence() - 1);
            assertThat(replay.shard(0).advance(Long.MAX_VALUE, true)).isNull();
            assertThat(replay.stateHash()).isEqualTo(expected);
        }
    }

    @Test
    void withoutASnapshotThatHoldsItNothingGoes() {
        final Path directory = temp.resolve("kept");
        for (int part = 0; part < PARTS; part++) {
            nextSecond();
            final EngineContext context = context(directory, new Retention(0, 1, 0));
            context.limits().snapshotsKept(0);
            Engines.run(context, WORKLOAD, part * INPUTS / PARTS, (part + 1) * INPUTS / PARTS);
        }

        assertThat(JournalFiles.list(Journals.of(directory, 0)).getFirst().firstSequence())
                .isLessThanOrEqualTo(1);
        assertThat(Engines.replay(context(directory, Retention.ALL)))
                .isEqualTo(Engines.run(Team.context(temp.resolve("whole")), WORKLOAD));
    }

    @Test
    void bytesAndAgeAreBoundsToo() {
        runInParts(temp.resolve("bytes"), new Retention(0, 0, 1));
        runInParts(temp.resolve("age"), new Retention(1, 0, 0));

        for (final String name : List.of("bytes", "age")) {
            assertThat(JournalFiles.list(Journals.of(temp.resolve(name), 0))
                            .getFirst()
                            .firstSequence())
                    .as(name)
                    .isGreaterThan(1);
        }
        assertThatThrownBy(() -> new Retention(-1, 0, 0)).hasMessageContaining("age -1 ms");
    }

    @Test
    void saysSoWhenNeitherJournalNorSnapshotHasTheBeginning() throws IOException {
        final Path directory = temp.resolve("lost");
        runInParts(directory, new Retention(0, 2, 0));
        try (StoreDirectory attached = StoreDirectory.attach(directory)) {
            for (final Path file : SnapshotFiles.newestFirst(attached.snapshots(0))) {
                Files.delete(file);
            }
        }

        assertThatThrownBy(() -> Engine.launch(context(directory, Retention.ALL)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("a file of it is missing");
        try (Replay replay =
                Replay.open(context(directory, Retention.ALL), Files.createDirectory(temp.resolve("lost-scratch")))) {
            assertThatThrownBy(() -> replay.shard(0).advance(1, false))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no snapshot there holds");
        }
    }

    private long runInParts(final Path directory, final Retention retention) {
        Long hash = null;
        for (int part = 0; part < PARTS; part++) {
            nextSecond();
            hash = Engines.run(
                    context(directory, retention), WORKLOAD, part * INPUTS / PARTS, (part + 1) * INPUTS / PARTS);
        }
        return requireNonNull(hash);
    }

    /** A file covers a second here. */
    private static void nextSecond() {
        final long before = SystemEpochClock.INSTANCE.time() / 1000;
        while (SystemEpochClock.INSTANCE.time() / 1000 == before) {
            Thread.onSpinWait();
        }
    }

    private static EngineContext context(final Path directory, final Retention retention) {
        final EngineContext context = Team.context(directory);
        context.limits().retention(retention).journalRoll(RollEvery.SECOND);
        return context;
    }
}
