package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.KilledEngine;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second process follows the first and takes its place. Here the first is the child, to be killed. */
@Timeout(300)
class StandbyTest {
    @TempDir
    Path temp;

    @Test
    void takesOverFromAKilledEngineWithAllThatItHadAcknowledged() throws IOException {
        final Path directory = temp.resolve("engine");
        final Path side = temp.resolve("heard");
        final Engine engine;
        try (ChildJvm child = ChildJvm.start(KilledEngine.class, directory, 1, side, 0, 2000)) {
            child.awaitLine("running");
            try (Standby standby = standby(directory, "scratch")) {
                while (standby.snapshots() < 2) {
                    assertThat(standby.follow()).as("the engine lives").isTrue();
                }
                assertThat(standby.tryTakeOver()).as("the engine lives").isNull();
                child.kill();
                engine = standby.takeOver();
                assertThat(standby.following()).isTrue();
                assertThat(standby.continuedCopy()).isTrue();
            }
        }
        engine.close();

        final int inputs = (int) engine.shard(0).sequence();
        nothingHeardIsLost(directory, side, 1);
        assertThat(engine.stateHash()).isEqualTo(oracle(inputs));
        // Rows that were given another name while they were mapped are found by a launch, and by the next snapshot's
        // reader.
        assertThat(Engines.replay(KilledEngine.context(directory, 1))).isEqualTo(engine.stateHash());
    }

    @Test
    void theCopyOfSeveralShardsGoesOnDecidingAsTheEngine() throws IOException {
        final Path directory = temp.resolve("engine");
        final Path side = temp.resolve("heard");
        final Engine engine;
        try (ChildJvm child = ChildJvm.start(KilledEngine.class, directory, 2, side, 0, 2000)) {
            child.awaitLine("running");
            try (Standby standby = Standby.beside(
                    () -> KilledEngine.context(directory, 2), Files.createDirectory(temp.resolve("scratch")))) {
                assertThat(standby.follow()).isTrue();
                child.kill();
                engine = standby.takeOver();
                assertThat(standby.continuedCopy()).isTrue();
            }
        }
        final long last =
                Math.max(engine.shard(0).lastCorrelationId(), engine.shard(1).lastCorrelationId());
        final Workload workload = KilledEngine.workload();
        int next = 0;
        while (workload.inputs().get(next).id() <= last
                || workload.inputs().get(next).outcome()) {
            next++;
        }
        workload.feed(engine, next, next + 700);
        engine.close();

        nothingHeardIsLost(directory, side, 2);
        assertThat(Journals.allDecisions(directory, 2))
                .extracting(Journals.Decided::correlationId)
                .doesNotHaveDuplicates()
                .contains(last + 400);
        assertThat(Engines.replay(KilledEngine.context(directory, 2))).isEqualTo(engine.stateHash());
    }

    /** A process that is paused is not dead: it holds the directory, and when it goes on, nobody must have taken its place. */
    @Test
    void aPausedEngineKeepsItsPlaceAndOfTwoStandbysOneTakesIt() throws IOException, InterruptedException {
        pausedFor(2);
    }

    @Test
    @Tag("slow")
    void anEnginePausedForHalfAMinuteKeepsItsPlace() throws IOException, InterruptedException {
        pausedFor(30);
    }

    private void pausedFor(final int seconds) throws IOException, InterruptedException {
        final Path directory = temp.resolve("engine");
        final Path side = temp.resolve("heard");
        final Engine engine;
        try (ChildJvm child = ChildJvm.start(KilledEngine.class, directory, 1, side, 0, 1000)) {
            child.awaitLine("running");
            try (Standby first = standby(directory, "first");
                    Standby second = standby(directory, "second")) {
                signal("STOP", child.pid());
                final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
                while (System.nanoTime() - deadline < 0) {
                    assertThat(first.follow()).as("paused, not dead").isTrue();
                    assertThat(first.tryTakeOver()).isNull();
                    assertThat(second.follow()).isTrue();
                }
                final long paused = first.sequence(0);
                signal("CONT", child.pid());
                while (first.sequence(0) < paused + 1000 || second.sequence(0) < paused + 1000) {
                    assertThat(first.follow()).as("the engine goes on").isTrue();
                    second.follow();
                }
                child.kill();
                engine = first.takeOver();
                assertThat(second.tryTakeOver()).as("somebody was faster").isNull();
                assertThat(second.follow()).isTrue();
                assertThat(second.following()).isTrue();
                engine.close();
                try (Engine next = Objects.requireNonNull(second.tryTakeOver())) {
                    assertThat(next.shard(0).sequence())
                            .isEqualTo(engine.shard(0).sequence());
                }
            }
        }
        nothingHeardIsLost(directory, side, 1);
        assertThat(engine.stateHash()).isEqualTo(oracle((int) engine.shard(0).sequence()));
    }

    @Test
    void aCopyOnAnotherFileSystemOrWithTiersLeavesItToALaunch() throws IOException {
        final Path directory = temp.resolve("tiers");
        final long expected = Engines.run(tiers(directory), Workload.of(3, 500));

        final Engine engine;
        try (Standby standby = Standby.beside(() -> tiers(directory), Files.createDirectory(temp.resolve("scratch")))) {
            engine = standby.takeOver();
            assertThat(standby.continuedCopy()).isFalse();
        }
        engine.close();

        assertThat(engine.stateHash()).isEqualTo(expected);
    }

    @Test
    void launchesAtOnceWhereNobodyHoldsTheDirectory() throws IOException {
        final Workload workload = Workload.of(3, 500);
        final long expected = Engines.run(Team.context(temp.resolve("free")), workload);

        final Engine engine;
        try (Standby standby = Standby.beside(
                () -> Team.context(temp.resolve("free")), Files.createDirectory(temp.resolve("scratch")))) {
            engine = standby.takeOver();
        }
        engine.close();

        assertThat(engine.stateHash()).isEqualTo(expected);
    }

    private Standby standby(final Path directory, final String scratch) throws IOException {
        return Standby.beside(() -> context(directory), Files.createDirectory(temp.resolve(scratch)));
    }

    private static EngineContext context(final Path directory) {
        final EngineContext context = KilledEngine.context(directory, 1);
        context.limits().snapshotInterval(1000);
        return context;
    }

    private static EngineContext tiers(final Path directory) {
        final EngineContext context = Team.context(directory);
        context.limits().warmRows(64);
        return context;
    }

    private long oracle(final int inputs) {
        return Engines.run(KilledEngine.context(temp.resolve("oracle"), 1), KilledEngine.workload(), 0, inputs);
    }

    private static void nothingHeardIsLost(final Path directory, final Path side, final int shards) throws IOException {
        final Set<Long> journaled = new TreeSet<>();
        Journals.allDecisions(directory, shards).forEach(decision -> journaled.add(decision.correlationId()));
        final ByteBuffer heard = ByteBuffer.wrap(Files.readAllBytes(side));
        while (heard.remaining() >= Long.BYTES) {
            assertThat(journaled).contains(heard.getLong());
        }
    }

    private static void signal(final String name, final long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
