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
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second process follows the first and takes its place. Here the first is the child, to be killed. */
@Timeout(120)
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
            try (Standby standby =
                    Standby.beside(() -> context(directory), Files.createDirectory(temp.resolve("scratch")))) {
                while (standby.snapshots() < 2) {
                    assertThat(standby.follow()).as("the engine lives").isTrue();
                }
                child.kill();
                engine = standby.takeOver();
                assertThat(standby.following()).isTrue();
            }
        }
        engine.close();

        final Set<Long> journaled = new TreeSet<>();
        Journals.decisions(directory, 0).forEach(decision -> journaled.add(decision.correlationId()));
        final ByteBuffer heard = ByteBuffer.wrap(Files.readAllBytes(side));
        while (heard.remaining() >= Long.BYTES) {
            assertThat(journaled).contains(heard.getLong());
        }
        final int inputs = (int) engine.shard(0).sequence();
        final Workload workload = KilledEngine.workload();
        assertThat(engine.stateHash())
                .isEqualTo(Engines.run(KilledEngine.context(temp.resolve("oracle"), 1), workload, 0, inputs));
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

    private static EngineContext context(final Path directory) {
        final EngineContext context = KilledEngine.context(directory, 1);
        context.limits().snapshotInterval(1000);
        return context;
    }
}
