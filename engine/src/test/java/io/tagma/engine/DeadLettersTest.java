package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.observe.DeadLetter;
import io.tagma.engine.shard.DeadLetters;
import io.tagma.store.StoreDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events on which agents fail are kept, each once, whatever happens to the engine, and can be submitted again. */
class DeadLettersTest {
    private static final Workload WORKLOAD = Workload.of(9, 400);

    @TempDir
    Path temporary;

    /** Fails on the events it is told, at a vote. */
    private record Fussy(LongPredicate bad) implements Agent {
        @Override
        public void handle(final Task task, final Ballot ballot) {
            if (bad.test(task.correlationId())) {
                throw new IllegalStateException("cannot read event " + task.correlationId());
            }
            ballot.logOdds(0.3f);
        }
    }

    private EngineContext team(
            final Path directory, final LongPredicate first, final LongPredicate all, final LongPredicate carrier) {
        final EngineContext context = Team.bare(directory);
        for (int i = 0; i < 4; i++) {
            final LongPredicate bad = i == 0 ? first.or(all) : all;
            context.agent(AgentFactory.of(AgentDescriptor.of("voter-" + i, "score"), c -> new Fussy(bad)));
        }
        return context.agent(AgentFactory.of(AgentDescriptor.of("carrier", "route"), c -> new Fussy(carrier)));
    }

    private EngineContext bad(final Path directory) {
        return team(directory, id -> id % 5 == 0, id -> id % 40 == 3, id -> id % 50 == 7);
    }

    private EngineContext mended(final Path directory) {
        return team(directory, id -> false, id -> false, id -> false);
    }

    /** What must be kept: where all four voters failed, or the only one that could carry. */
    private static List<Long> expected() {
        return WORKLOAD.inputs().stream()
                .filter(input -> !input.outcome())
                .filter(input -> input.intent() == Team.SCORE ? input.id() % 40 == 3 : input.id() % 50 == 7)
                .map(Workload.Input::id)
                .toList();
    }

    private static List<DeadLetter> letters(final Path directory) {
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            return DeadLetters.list(store);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void keepsWhatTooManyFailedOnAndNothingElse(final int shards) {
        final Path directory = temporary.resolve("engine");
        final Engine engine = Engine.launch(bad(directory).shards(shards));
        try (engine) {
            WORKLOAD.feed(engine);
        }
        assertThat(engine.shard(0).counters().faults.get())
                .isGreaterThan(expected().size());
        final List<DeadLetter> letters = letters(directory);
        assertThat(letters).extracting(DeadLetter::correlationId).containsExactlyInAnyOrderElementsOf(expected());
        assertThat(engine.observers().deadLetters().getLetters()).isEqualTo(letters.size());
        final Event event = new Event();
        final UnsafeBuffer again = new UnsafeBuffer(new byte[256]);
        final UnsafeBuffer submitted = new UnsafeBuffer(new byte[256]);
        for (final DeadLetter letter : letters) {
            final boolean vote = letter.intent().equals("score");
            assertThat(letter.agents()).hasSize(vote ? 4 : 1);
            assertThat(letter.reason()).contains("cannot read event " + letter.correlationId());
            assertThat(letter.subject()).startsWith("user:");
            letter.fill(event);
            final int at = (int) WORKLOAD.inputs().stream()
                    .takeWhile(input -> input.outcome() || input.id() != letter.correlationId())
                    .count();
            final int length = WORKLOAD.encode(at, submitted);
            assertThat(event.encode(again, 0, 0)).isEqualTo(length);
            assertThat(again.compareTo(submitted)).isZero();
        }
    }

    @Test
    void eachIsKeptOnceThroughKillsAndLaunches() throws Exception {
        final Path directory = temporary.resolve("engine");
        final int inputs = WORKLOAD.inputs().size();
        Path at = directory;
        int from = 0;
        for (int life = 1; life <= 4; life++) {
            final Path copy = temporary.resolve("killed-" + life);
            try (Engine engine = Engine.launch(bad(at))) {
                final int to = inputs * life / 4;
                WORKLOAD.feed(engine, from, to);
                from = to;
                CrashCopy.of(at, copy); // as a kill would leave it: letters may be behind the journal
            }
            at = copy;
        }
        Engine.launch(bad(at)).close();
        assertThat(letters(at)).extracting(DeadLetter::correlationId).containsExactlyElementsOf(expected());
    }

    @Test
    void areSubmittedAgainOnceAndDecidedByAgentsThatWereMended() {
        final Path directory = temporary.resolve("engine");
        Engines.run(bad(directory), WORKLOAD);
        final Engine engine = Engine.launch(mended(directory));
        final long before = engine.shard(0).counters().decisions.get();
        try (engine) {
            assertThat(engine.observers().deadLetters().getWaiting())
                    .isEqualTo(expected().size());
            assertThat(engine.observers().deadLetters().resubmit())
                    .isEqualTo(expected().size());
            Engines.stepUntilIdle(engine);
            assertThat(engine.observers().deadLetters().resubmit()).isZero();
            assertThat(engine.shard(0).counters().decisions.get() - before)
                    .isEqualTo(expected().size());
            assertThat(engine.shard(0).lastCorrelationId()).isEqualTo(WORKLOAD.events());
        }
        assertThat(letters(directory)).hasSameSizeAs(expected()).allMatch(DeadLetter::resubmitted);
    }

    @Test
    void becomeLettersAgainWhereTheyStillFail() {
        final Path directory = temporary.resolve("engine");
        final Engine engine = Engine.launch(bad(directory));
        try (engine) {
            WORKLOAD.feed(engine);
        }
        final Engine again = Engine.launch(bad(directory));
        try (again) {
            again.observers().deadLetters().resubmit();
            Engines.stepUntilIdle(again);
        }
        assertThat(letters(directory)).hasSize(2 * expected().size());
        assertThat(Engines.replay(bad(directory))).isEqualTo(again.stateHash());
    }

    @Test
    void areBoundedAndCanBeLeftOut() {
        final Path few = temporary.resolve("few");
        final Engine engine = Engine.launch(bad(few).faults(FaultLimits.DEFAULT.deadLetters(2)));
        try (engine) {
            WORKLOAD.feed(engine);
        }
        assertThat(letters(few)).hasSize(2);
        assertThat(engine.observers().deadLetters().getDropped())
                .isEqualTo(expected().size() - 2);

        final Path none = temporary.resolve("none");
        Engines.run(bad(none).faults(FaultLimits.NONE), WORKLOAD);
        assertThat(Files.exists(none.resolve("dead-letters"))).isFalse();
        final Path well = temporary.resolve("well");
        Engines.run(mended(well), WORKLOAD);
        assertThat(Files.exists(well.resolve("dead-letters").resolve("shard-0")))
                .isFalse();
    }
}
