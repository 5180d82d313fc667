package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.SnapshotFiles;
import io.tagma.store.StoreDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shard comes back from its newest whole snapshot and the journal behind it, to the same bits as without. */
class SnapshotTest {
    private static final Workload WORKLOAD = Workload.of(21, 1200);
    private static final int INPUTS = WORKLOAD.inputs().size();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void goesOnFromASnapshotAsIfItHadNeverStopped(final int shards) {
        long expected = 0;
        for (int part = 0; part < 6; part++) {
            expected = Engines.run(context("parts", shards), WORKLOAD, part * INPUTS / 6, (part + 1) * INPUTS / 6);
        }

        if (shards == 1) { // with more, the order in which they hear of one another depends on where they stopped
            assertThat(expected).isEqualTo(Engines.run(context("whole", shards), WORKLOAD));
        }

        assertThat(snapshots("parts", 0)).hasSize(2);
        assertThat(Engines.replay(context("parts", shards))).isEqualTo(expected);
        assertThat(launch("parts", shards)).isEqualTo(expected);
    }

    @Test
    void theJournalBeforeTheSnapshotIsNotRead() throws IOException {
        Engines.run(context("parts", 1), WORKLOAD, 0, INPUTS / 2);
        final Engine half = Engine.launch(context("parts", 1));
        final long events = half.shard(0).counters().events.get();
        half.close();

        assertThat(events).as("events applied by the launch").isZero();
    }

    @Test
    void aDamagedSnapshotIsPassedOverForTheOneBeforeAndInTheEndForTheJournal() throws IOException {
        final long expected = Engines.run(context("whole", 1), WORKLOAD);
        Engines.run(context("parts", 1), WORKLOAD, 0, INPUTS / 3);
        Engines.run(context("parts", 1), WORKLOAD, INPUTS / 3, INPUTS);
        final SplittableRandom random = new SplittableRandom(3);

        flip(snapshots("parts", 0).get(0), random);
        assertThat(launch("parts", 1)).isEqualTo(expected);
        flip(snapshots("parts", 0).get(1), random);
        assertThat(launch("parts", 1)).isEqualTo(expected);
    }

    @Test
    void aSnapshotThatWasCutIsPassedOver() throws IOException {
        final long expected = Engines.run(context("cut", 1), WORKLOAD);
        try (RandomAccessFile file =
                new RandomAccessFile(snapshots("cut", 0).get(0).toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }

        assertThat(launch("cut", 1)).isEqualTo(expected);
    }

    @Test
    void refusesAJournalThatEndsBeforeTheSnapshot() throws IOException {
        Engines.run(context("old", 1), WORKLOAD, 0, INPUTS / 2);
        copy(directory.resolve("old/journal"), directory.resolve("older"));
        Engines.run(context("old", 1), WORKLOAD, INPUTS / 2, INPUTS);
        delete(directory.resolve("old/journal"));
        copy(directory.resolve("older"), directory.resolve("old/journal"));
        Files.delete(directory.resolve("old/integrity/index")); // or the launch is refused for that

        assertThatThrownBy(() -> Engine.launch(context("old", 1)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("sequence " + INPUTS)
                .hasMessageContaining("cut");
    }

    @Test
    @Timeout(60)
    void snapshotsAreTakenWhileTheShardsRun() {
        final EngineContext busy = context("busy", 2).threading(Threading.DEDICATED);
        busy.limits().snapshotInterval(100);

        final Engine engine = Engine.launch(busy);
        WORKLOAD.feed(engine);
        while (engine.snapshots().taken() < 2) {
            Thread.onSpinWait();
        }
        engine.close();

        assertThat(engine.snapshots().failures()).isZero();
        assertThat(launch("busy", 2)).isEqualTo(engine.stateHash());
        assertThat(Engines.replay(context("busy", 2))).isEqualTo(engine.stateHash());
    }

    private long launch(final String name, final int shards) {
        final Engine engine = Engine.launch(context(name, shards));
        engine.close();
        return engine.stateHash();
    }

    private List<Path> snapshots(final String name, final int shard) {
        try (StoreDirectory attached = StoreDirectory.attach(directory.resolve(name))) {
            return SnapshotFiles.newestFirst(attached.snapshots(shard));
        }
    }

    private EngineContext context(final String name, final int shards) {
        return Team.context(directory.resolve(name)).shards(shards);
    }

    private static void flip(final Path file, final SplittableRandom random) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            final long at = random.nextLong(bytes.length());
            bytes.seek(at);
            final int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 1 << random.nextInt(8));
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (final Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static void delete(final Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
