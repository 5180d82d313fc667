package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events go through a second engine first; the live one's state and journal know nothing of it, and nobody is told. */
@Timeout(60)
class WarmStartTest {
    private static final Workload WORKLOAD = Workload.of(11, 600);
    private static final int HALF = WORKLOAD.inputs().size() / 2;

    @TempDir
    Path temp;

    @Test
    void theStateAndTheDecisionsAreThoseOfAColdStart() throws IOException {
        final List<String> cold = new ArrayList<>();
        final List<String> warm = new ArrayList<>();
        final long expected = twoLaunches("cold", WarmStart.NONE, cold);
        final long before = scratches();

        assertThat(twoLaunches("warm", WarmStart.of(2500), warm)).isEqualTo(expected);
        assertThat(warm).isEqualTo(cold).isNotEmpty();
        assertThat(scratches()).as("scratch directories left").isEqualTo(before);
    }

    private long twoLaunches(final String name, final WarmStart warmStart, final List<String> told) {
        Engines.run(Team.context(temp.resolve(name)), WORKLOAD, 0, HALF);
        final EngineContext context = Team.context(temp.resolve(name))
                .warmStart(warmStart)
                .listener(decision -> told.add(decision.correlationId() + " " + decision.score()));
        final Engine engine = Engine.launch(context);
        assertThat(engine.warmUp().events()).isGreaterThanOrEqualTo(warmStart.events());
        assertThat(told).as("told before the engine is live").isEmpty();
        WORKLOAD.feed(engine, HALF, WORKLOAD.inputs().size());
        engine.close();
        return engine.stateHash();
    }

    private static long scratches() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("tagma-warm-up-"))
                    .count();
        }
    }

    @Test
    void shardsOnThreadsOfTheirOwnWarmUpFromAnotherDirectory() {
        Engines.run(threaded(temp.resolve("recorded")), WORKLOAD);

        try (Engine engine = Engine.launch(threaded(temp.resolve("live"))
                .warmStart(WarmStart.of(3000, temp.resolve("recorded")))
                .listener(decision -> {
                    throw new AssertionError("nobody is to be told");
                }))) {
            assertThat(engine.warmUp().events()).isGreaterThanOrEqualTo(3000);
            assertThat(engine.warmUp().words()).contains("recorded in " + temp.resolve("recorded"));
            assertThat(engine.shard(0).sequence() + engine.shard(1).sequence()).isZero();
            assertThat(engine.shard(0).listenerFaults()).isZero();
        }
    }

    private static EngineContext threaded(final Path directory) {
        return Team.context(directory).shards(2).threading(Threading.DEDICATED).overflowPolicy(OverflowPolicy.BLOCK);
    }

    @Test
    void nothingRecordedIsSaidAndNoError() {
        try (Engine engine = Engine.launch(Team.context(temp.resolve("new")).warmStart(WarmStart.of(1000)))) {
            assertThat(engine.warmUp().events()).isZero();
            assertThat(engine.warmUp().words()).contains("no events yet");
        }
        try (Engine engine = Engine.launch(Team.context(temp.resolve("new")).warmStart(WarmStart.of(1000)))) {
            assertThat(engine.warmUp().events()).isZero(); // there is a journal now, but it is empty
        }
    }

    @Test
    void stopsWhenItsTimeIsOver() {
        Engines.run(Team.context(temp.resolve("engine")), WORKLOAD);

        final WarmStart endless = WarmStart.of(Long.MAX_VALUE).atMost(TimeUnit.MILLISECONDS.toNanos(300));
        try (Engine engine = Engine.launch(Team.context(temp.resolve("engine")).warmStart(endless))) {
            assertThat(engine.warmUp().words()).contains("were wanted");
        }
    }

    @Test
    void aDirectoryOfAnotherKindIsNamed() {
        Engines.run(Team.context(temp.resolve("other")).property("seed", "7"), WORKLOAD, 0, 100);

        assertThatThrownBy(() -> Engine.launch(
                        Team.context(temp.resolve("live")).warmStart(WarmStart.of(10, temp.resolve("other")))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("seed");
        assertThatThrownBy(() -> Engine.launch(
                        Team.context(temp.resolve("live")).warmStart(WarmStart.of(10, temp.resolve("nowhere")))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> WarmStart.of(-1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("-1");
    }
}
