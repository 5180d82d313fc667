package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.fixture.Deals;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that go into the journal's next excerpt without a ring are taken, refused, journaled and decided like others. */
@Timeout(60)
class StagedInputsTest {
    private static final Workload WORKLOAD = Workload.of(29, 400);
    private static final int BATCH = 8;

    @TempDir
    Path directory;

    private final List<Long> told = new ArrayList<>();
    private final Event event = new Event();

    @ParameterizedTest
    @ValueSource(ints = {1, BATCH, 1024})
    void theSameBitsAsThroughTheRing(final int batch) {
        final long expected = Engines.run(Team.context(directory.resolve("ring")), WORKLOAD);
        final EngineContext context = Team.context(directory.resolve("staged"));
        context.limits().maxBatch(batch);
        final Engine engine = Engine.launch(context);
        WORKLOAD.feedStaged(engine, 0, WORKLOAD.inputs().size());
        engine.close();
        assertThat(engine.stateHash()).isEqualTo(expected);
        assertThat(Engines.replay(Team.context(directory.resolve("staged")))).isEqualTo(expected);
        assertThat(Journals.allDecisions(directory.resolve("staged"), 1))
                .isEqualTo(Journals.allDecisions(directory.resolve("ring"), 1));
    }

    @Test
    void eachShardHasABatchOfItsOwn() {
        final Engine engine = Engine.launch(context().shards(3));
        WORKLOAD.feedStaged(engine, 0, WORKLOAD.inputs().size());
        engine.close();
        assertThat(told).hasSize(WORKLOAD.events()).doesNotHaveDuplicates();
        assertThat(Engines.replay(context().shards(3))).isEqualTo(engine.stateHash());
    }

    @Test
    void aFullBatchIsToldNotCountedAndNothingIsLost() {
        try (Engine engine = Engine.launch(context())) {
            for (int i = 1; i <= BATCH; i++) {
                assertThat(add(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
            }
            assertThat(add(engine, BATCH + 1)).isEqualTo(SubmitCode.FULL);
            assertThat(told).as("before a step").isEmpty();
            assertThat(engine.rejected()).isZero();
            assertThat(engine.step()).isEqualTo(BATCH);
            assertThat(add(engine, BATCH + 1)).isEqualTo(SubmitCode.ACCEPTED);
            assertThat(engine.step()).isEqualTo(1);
            assertThat(engine.step()).isZero();
            assertThat(told).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        }
    }

    @Test
    void whatWasSubmittedGoesFirst() {
        try (Engine engine = Engine.launch(context())) {
            assertThat(add(engine, 1)).isEqualTo(SubmitCode.ACCEPTED);
            assertThat(engine.submit(visit(2))).isEqualTo(SubmitCode.ACCEPTED);
            assertThat(add(engine, 3)).isEqualTo(SubmitCode.ACCEPTED);
            engine.step();
            assertThat(told).containsExactly(2L, 1L, 3L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BATCH, BATCH + 1, 5 * BATCH})
    void anEventToBeDecidedComesBehindWhatWaitsInTheRing(final int waiting) {
        try (Engine engine = Engine.launch(context())) {
            for (int i = 1; i <= waiting; i++) {
                assertThat(engine.submit(visit(i))).isEqualTo(SubmitCode.ACCEPTED);
            }
            assertThat(engine.decide(visit(waiting + 1), new Decision())).isEqualTo(SubmitCode.ACCEPTED);
            assertThat(told).containsExactlyElementsOf(upTo(waiting + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, BATCH - 1, BATCH})
    void anEventToBeDecidedComesBehindWhatIsStaged(final int staged) {
        try (Engine engine = Engine.launch(context())) {
            for (int i = 1; i <= staged; i++) {
                assertThat(add(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
            }
            assertThat(engine.decide(visit(staged + 1), new Decision())).isEqualTo(SubmitCode.ACCEPTED);
            assertThat(told).containsExactlyElementsOf(upTo(staged + 1));
            assertThat(engine.rejected()).isZero();
        }
    }

    @Test
    void whatCanNeverBeTakenIsRefusedAndCounted() {
        try (Engine engine = Engine.launch(context())) {
            assertThat(engine.staged().add(visit(1).value(Float.NaN))).isEqualTo(SubmitCode.NOT_FINITE);
            assertThat(engine.staged().add(visit(2).intent(17))).isEqualTo(SubmitCode.UNKNOWN_INTENT);
            assertThat(engine.staged()
                            .add(new Outcome()
                                    .correlationId(1)
                                    .owner(Workload.USER)
                                    .label(Float.NaN)))
                    .isEqualTo(SubmitCode.NOT_FINITE);
            final Event text = visit(3).intent(Event.UNCLASSIFIED);
            assertThat(engine.staged().add(text)).isEqualTo(engine.submit(text)).isNotEqualTo(SubmitCode.ACCEPTED);
            final Event wide = visit(4);
            for (int i = 0; i < 100; i++) {
                wide.value(1f);
            }
            assertThat(engine.staged().add(wide)).isEqualTo(engine.submit(wide)).isEqualTo(SubmitCode.TOO_LONG);
            assertThat(engine.rejected()).isEqualTo(7);
            assertThat(engine.step()).isZero();
        }
    }

    @Test
    void aListenerMayAddToTheNextBatch() {
        final List<Integer> codes = new ArrayList<>();
        final Engine[] made = new Engine[1];
        try (Engine engine = Engine.launch(context().listener(decision -> {
            told.add(decision.correlationId());
            codes.add(add(made[0], 100 + decision.correlationId()));
        }))) {
            made[0] = engine;
            add(engine, 1);
            add(engine, 2);
            engine.step();
            assertThat(told).containsExactly(1L, 2L);
            assertThat(codes).containsOnly(SubmitCode.ACCEPTED);
            engine.step();
            assertThat(told).containsExactly(1L, 2L, 101L, 102L);
        }
    }

    /** The shard still reads the batch then: what is added must not be written over it. */
    @Test
    void whileTheShardWorksOnABatchNothingIsAddedToIt() {
        final List<Integer> codes = new ArrayList<>();
        final Engine[] made = new Engine[1];
        final AgentFactory adder = AgentFactory.of(
                AgentDescriptor.of("adder", "score"), context -> (task, ballot) -> codes.add(add(made[0], 100)));
        try (Engine engine = Engine.launch(context().agent(adder))) {
            made[0] = engine;
            add(engine, 1);
            add(engine, 2);
            assertThat(engine.step()).isEqualTo(2);
            assertThat(codes).containsExactly(SubmitCode.FULL, SubmitCode.FULL);
            assertThat(told).containsExactly(1L, 2L);
            assertThat(engine.step()).isZero();
        }
    }

    @Test
    void afterTheCloseNothingIsTakenAndWhatWasAddedBeforeIsDecided() {
        final Engine engine = Engine.launch(context());
        add(engine, 1);
        engine.close();
        assertThat(told).containsExactly(1L);
        assertThat(add(engine, 2)).isEqualTo(SubmitCode.CLOSED);
    }

    @Test
    void onlyWhoStepsTheShardsMayStage() {
        try (Engine engine = Engine.launch(context().threading(Threading.SHARED))) {
            assertThatIllegalStateException().isThrownBy(engine::staged).withMessageContaining("SHARED");
        }
    }

    private static List<Long> upTo(final int last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private int add(final Engine engine, final long id) {
        return engine.staged().add(visit(id));
    }

    private Event visit(final long id) {
        return Deals.visit(event, id, id, Team.SCORE);
    }

    private EngineContext context() {
        final EngineContext context = Team.context(directory).listener(decision -> told.add(decision.correlationId()));
        context.limits().maxBatch(BATCH);
        return context;
    }
}
