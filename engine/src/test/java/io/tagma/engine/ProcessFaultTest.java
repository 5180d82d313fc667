package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.KilledEngine;
import io.tagma.engine.fixture.StarvedEngine;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the machine does to an engine's process: what must survive, and what must be said. */
@Timeout(300)
class ProcessFaultTest {
    private static final Workload WORKLOAD = Workload.of(17, 600);
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    @TempDir
    Path temp;

    /** Survives: everything. Nothing is to be said: no decision follows from the machine's clocks. */
    @Test
    void clocksThatJumpBackwardsChangeNothing() {
        final long expected = Engines.run(Team.context(temp.resolve("calm")), WORKLOAD);
        final Path directory = temp.resolve("engine");
        final AtomicLong epochNs = new AtomicLong(TimeUnit.DAYS.toNanos(20_000));
        final AtomicLong nanoNs = new AtomicLong();

        final Engine engine = Engine.launch(jumping(directory, epochNs, nanoNs));
        for (int from = 0; from < WORKLOAD.inputs().size(); from += 50) {
            WORKLOAD.feed(engine, from, Math.min(from + 50, WORKLOAD.inputs().size()));
            final boolean back = from % 100 == 0;
            epochNs.addAndGet(TimeUnit.DAYS.toNanos(back ? -3 : 1));
            nanoNs.addAndGet(TimeUnit.HOURS.toNanos(back ? -2 : 1));
        }
        assertThat(engine.shard(0).failure()).isNull();
        engine.close();

        assertThat(engine.stateHash()).isEqualTo(expected);
        epochNs.set(TimeUnit.DAYS.toNanos(10_000));
        final Engine again = Engine.launch(jumping(directory, epochNs, nanoNs));
        again.close();
        assertThat(again.stateHash()).isEqualTo(expected);
        assertThat(Engines.replay(jumping(directory, epochNs, nanoNs))).isEqualTo(expected);
    }

    private static EngineContext jumping(final Path directory, final AtomicLong epochNs, final AtomicLong nanoNs) {
        return Team.context(directory)
                .audit(true)
                .histograms(true)
                .epochClock(epochNs::get)
                .nanoClock(nanoNs::get)
                // The audit's drain at the close waits by this clock, which stands still.
                .auditDrainTimeoutNs(0);
    }

    /** Survives: the engine that has its files open. Said: what a second one could not open. */
    @Test
    void withoutFileDescriptorsARunningEngineWorksOn() {
        assumeTrue(Files.isExecutable(PRLIMIT), "there is no prlimit");
        final Path directory = temp.resolve("engine");
        try (ChildJvm child = ChildJvm.start(
                List.of(PRLIMIT.toString(), "--nofile=256:256"),
                "-Xmx256m",
                StarvedEngine.class,
                directory,
                temp.resolve("eaten"))) {
            assertThat(Integer.parseInt(child.lineAfter("eaten "))).isPositive();
            assertThat(child.lineAfter("sequence ")).isEqualTo(2 * StarvedEngine.INPUTS + " null");
            assertThat(child.lineAfter("refused "))
                    .startsWith("StoreException")
                    .contains(temp.resolve("second").toString());
            final long hash = Long.parseLong(child.lineAfter("closed "));
            final Workload workload = StarvedEngine.workload();
            assertThat(hash)
                    .isEqualTo(
                            Engines.run(Team.context(temp.resolve("oracle")), workload, 0, 2 * StarvedEngine.INPUTS));
            assertThat(Engines.replay(Team.context(directory))).isEqualTo(hash);
        }
    }

    /** Survives: the first process, which does not notice. Said: who holds the directory. */
    @Test
    void aSecondProcessOnTheSameDirectoryIsRefusedAndChangesNothing() {
        final Path directory = temp.resolve("engine");
        try (ChildJvm child = ChildJvm.start(KilledEngine.class, directory, 1, temp.resolve("heard"), 0, 500)) {
            child.awaitLine("running");
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> Engine.launch(KilledEngine.context(directory, 1)))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("held by process " + child.pid())
                        .hasMessageContaining("another directory");
            }
            child.kill();
        }
        final Engine engine = Engine.launch(KilledEngine.context(directory, 1));
        engine.close();
        final int inputs = (int) engine.shard(0).sequence();
        assertThat(inputs).isPositive();
        assertThat(engine.stateHash())
                .isEqualTo(Engines.run(
                        KilledEngine.context(temp.resolve("oracle"), 1), KilledEngine.workload(), 0, inputs));
    }
}
