package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.ElasticConfig;
import io.tagma.ring.ElasticRunner;
import io.tagma.ring.IdleStrategies;
import io.tagma.ring.OverflowPolicy;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards on a pool of threads that moves them: what they decide is what they decide on the caller's thread. */
@Timeout(60)
class ElasticTest {
    private static final int SHARDS = 4;
    private static final int THREADS = 3;
    private static final int EVERY = 50;
    private static final Workload WORKLOAD = Workload.of(77, 4_000);

    @TempDir
    Path directory;

    /** One subject each, so that a shard's journal is the caller's order whatever the threads did. */
    @ParameterizedTest
    @ValueSource(strings = {IdleStrategies.BLOCKING, IdleStrategies.BACKOFF})
    void theStateIsTheSameBitForBitAsThatOfARunInWhichNothingMoved(final String idle) {
        final Engine still = Engine.launch(context(directory.resolve("still")));
        feed(still);
        still.close();

        final Engine moved = Engine.launch(elastic(directory.resolve("moved")).idleStrategy(idle));
        final ElasticRunner pool = Objects.requireNonNull(moved.pool());
        feed(moved);
        assertThat(pool.moves()).isGreaterThan(20);
        moved.close();

        assertThat(moved.stateHash()).isEqualTo(still.stateHash());
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(Journals.decisions(directory.resolve("moved"), shard))
                    .isEqualTo(Journals.decisions(directory.resolve("still"), shard));
        }
    }

    @Test
    void withTwoSubjectsEveryEventIsDecidedOnceAndEveryShardReplays() {
        final Engine engine = Engine.launch(elastic(directory));
        final ElasticRunner pool = Objects.requireNonNull(engine.pool());
        final SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < WORKLOAD.inputs().size(); i++) {
            assertThat(WORKLOAD.offer(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
            if (i % EVERY == 0) {
                move(pool, random);
            }
        }
        engine.close();

        assertThat(Journals.allDecisions(directory, SHARDS).stream().map(Journals.Decided::correlationId))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, WORKLOAD.events()).boxed().toList());
        assertThat(Engines.replay(context(directory))).isEqualTo(engine.stateHash());
    }

    @Test
    void thePoolIsSeenOverJmxAndInTheTree() throws JMException {
        final EngineContext context = context(directory)
                .elastic(ElasticConfig.Terms.of(2, THREADS))
                .name("elastic-seen")
                .jmx(true);
        try (Engine engine = Engine.launch(context)) {
            final ObjectName name = new ObjectName("io.tagma:type=Threads,engine=\"elastic-seen\"");
            final var server = ManagementFactory.getPlatformMBeanServer();
            assertThat(server.getAttribute(name, "Threads")).isEqualTo(2);
            assertThat(server.getAttribute(name, "MaxThreads")).isEqualTo(THREADS);
            assertThat((int[]) server.getAttribute(name, "ThreadOfShard")).containsExactly(0, 1, 0, 1);
            await().untilAsserted(() -> assertThat((double[]) server.getAttribute(name, "BusyShares"))
                    .hasSize(2));
            assertThat(engine.context().threading()).isEqualTo(Threading.ELASTIC);
        }
    }

    private static EngineContext context(final Path path) {
        final EngineContext context = Team.context(path).shards(SHARDS);
        context.limits().maxBatch(16);
        return context;
    }

    /** The pool's own clock stands still, so all moves are the test's. */
    private static EngineContext elastic(final Path path) {
        return context(path)
                .overflowPolicy(OverflowPolicy.BLOCK)
                .nanoClock(() -> 0)
                .elastic(ElasticConfig.Terms.of(THREADS, THREADS));
    }

    private static void feed(final Engine engine) {
        final ElasticRunner pool = engine.pool();
        final SplittableRandom random = new SplittableRandom(9);
        final Outcome outcome = new Outcome();
        int fed = 0;
        for (final Workload.Input input : WORKLOAD.inputs()) {
            int code = offer(engine, input, outcome);
            while (code == SubmitCode.FULL) {
                engine.step();
                code = offer(engine, input, outcome);
            }
            assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
            if (pool != null && ++fed % EVERY == 0) {
                move(pool, random);
            }
        }
        if (pool == null) {
            Engines.stepUntilIdle(engine);
        }
    }

    /** Orders a move as soon as the one before it is through. */
    private static void move(final ElasticRunner pool, final SplittableRandom random) {
        final int shard = random.nextInt(SHARDS);
        final int thread = random.nextInt(THREADS);
        while (!pool.moveNow(shard, thread)) {
            Thread.yield();
        }
    }

    private static int offer(final Engine engine, final Workload.Input input, final Outcome outcome) {
        if (input.outcome()) {
            return engine.submit(outcome.correlationId(input.id())
                    .owner(input.subject())
                    .timeNs(input.timeNs())
                    .label(input.first()));
        }
        final Event event = WORKLOAD.event(input);
        return engine.submit(event.peer(0));
    }
}
