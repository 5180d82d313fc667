package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which a caller gets decisions back. */
@Timeout(60)
class DecideAndPollTest {
    private static final Workload WORKLOAD = Workload.of(23, 300);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void decidesOneEventAfterTheOtherOnTheCallersThread(final int shards) {
        final Decision decision = new Decision();
        final Engine engine = Engine.launch(Team.context(directory).shards(shards));
        for (int i = 0; i < WORKLOAD.inputs().size(); i++) {
            final Workload.Input input = WORKLOAD.inputs().get(i);
            if (input.outcome()) {
                assertThat(WORKLOAD.offer(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
            } else {
                assertThat(engine.decide(WORKLOAD.event(input), decision)).isEqualTo(SubmitCode.ACCEPTED);
                assertThat(decision.correlationId()).isEqualTo(input.id());
                assertThat(decision.shard()).isEqualTo(Subjects.shardOf(input.decider(), shards));
                assertThat(decision.intent()).isEqualTo(input.intent());
            }
        }
        engine.close();

        assertThat(Journals.allDecisions(directory, shards)).hasSize(WORKLOAD.events());
    }

    @Test
    void decidingOneByOneEqualsFeedingInBulk() {
        final long expected = Engines.run(Team.context(directory.resolve("bulk")), WORKLOAD);
        final Decision decision = new Decision();
        final Engine engine = Engine.launch(Team.context(directory.resolve("one")));
        for (int i = 0; i < WORKLOAD.inputs().size(); i++) {
            final Workload.Input input = WORKLOAD.inputs().get(i);
            if (input.outcome()) {
                WORKLOAD.offer(engine, i);
            } else {
                engine.decide(WORKLOAD.event(input), decision);
            }
        }
        engine.close();

        assertThat(engine.stateHash()).isEqualTo(expected);
    }

    @Test
    void whatWasSubmittedBeforeIsHandledFirst() {
        final List<Long> heard = new ArrayList<>();
        final Engine engine =
                Engine.launch(Team.context(directory).listener(decision -> heard.add(decision.correlationId())));
        try (engine) {
            engine.submit(WORKLOAD.event(WORKLOAD.inputs().get(0)));
            engine.submit(WORKLOAD.event(WORKLOAD.inputs().get(1)));
            engine.decide(WORKLOAD.event(WORKLOAD.inputs().get(2)), new Decision());

            assertThat(heard).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void anEventThatCannotBeTakenIsNotWaitedFor() {
        final Engine engine = Engine.launch(Team.context(directory));
        try (engine) {
            final Event bad = new Event().correlationId(1).subject(1).intent(99);
            assertThat(engine.decide(bad, new Decision())).isEqualTo(SubmitCode.UNKNOWN_INTENT);
            assertThat(engine.decide(WORKLOAD.event(WORKLOAD.inputs().get(0)), new Decision()))
                    .isEqualTo(SubmitCode.ACCEPTED);
        }
    }

    @Test
    void anEventThatIsDroppedIsNotWaitedForEither() {
        final AtomicLong clock = new AtomicLong();
        final EngineContext context = Team.context(directory)
                .ringCapacity(4)
                .overflowPolicy(OverflowPolicy.DROP_OLDEST)
                .blockTimeoutNs(1000)
                .droppableClasses(1)
                .nanoClock(() -> clock.addAndGet(100));
        context.limits().maxBatch(4);
        final Decision decision = new Decision();
        final Engine engine = Engine.launch(context);
        try (engine) {
            for (int round = 0; round < 20; round++) {
                final int code = engine.decide(WORKLOAD.event(WORKLOAD.inputs().get(round)), decision);
                assertThat(code).isIn(SubmitCode.ACCEPTED, SubmitCode.TIMED_OUT, SubmitCode.DROPPED);
                for (int i = 0; i < 5; i++) {
                    WORKLOAD.offer(engine, 100 + 5 * round + i);
                }
            }
        }
    }

    @Test
    void anEventOfManyWordsOnItsWayToAnotherShardIsNotWaitedForInVain() {
        final Engine engine = Engine.launch(Team.context(directory).shards(2));
        try (engine) {
            final Decision decision = new Decision();
            for (int id = 1; id < 20; id++) {
                final Event event = new Event()
                        .correlationId(id)
                        .subject(Subjects.of(1, id))
                        .peer(Subjects.of(2, id))
                        .timeNs(1)
                        .intent(Team.SCORE)
                        .value(1f)
                        .value(1f)
                        .text("x".repeat(175));
                assertThat(engine.decide(event, decision)).isEqualTo(SubmitCode.ACCEPTED);
                final boolean crosses = Subjects.shardOf(event.subject(), 2) != Subjects.shardOf(event.peer(), 2);
                assertThat(decision.status()).isEqualTo(crosses ? Decision.TOO_LONG : Decision.DECIDED);
            }
        }
    }

    @Test
    void aShardThatDiedIsSaid() {
        final Engine engine = Engine.launch(Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("last", "score", "route"), c -> (task, ballot) -> {
                    throw new OutOfMemoryError("simulated");
                })));
        try (engine) {
            assertThat(engine.decide(WORKLOAD.event(WORKLOAD.inputs().get(0)), new Decision()))
                    .isEqualTo(SubmitCode.JOURNAL_FAILED);
            assertThat(engine.shard(0).failure()).isInstanceOf(OutOfMemoryError.class);
            assertThat(engine.submit(WORKLOAD.event(WORKLOAD.inputs().get(1)))).isEqualTo(SubmitCode.CLOSED);
            assertThat(engine.decide(WORKLOAD.event(WORKLOAD.inputs().get(1)), new Decision()))
                    .isEqualTo(SubmitCode.CLOSED);
        }
    }

    @Test
    void onlyACallerWhoStepsCanDecide() {
        final Engine engine = Engine.launch(Team.context(directory).threading(Threading.DEDICATED));
        try (engine) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> engine.decide(new Event(), new Decision()))
                    .withMessageContaining("DEDICATED");
            assertThatIllegalStateException().isThrownBy(engine::stateHash);
        }
    }

    @Test
    void decisionsWaitInTheirRingUntilPolled() {
        final Engine engine = Engine.launch(Team.context(directory).decisionRingCapacity(512));
        final List<Long> polled = new ArrayList<>();
        try (engine) {
            WORKLOAD.feed(engine);
            assertThat(engine.poll(decision -> polled.add(decision.correlationId()), 100))
                    .isEqualTo(100);
            assertThat(engine.poll(decision -> polled.add(decision.correlationId()), 1000))
                    .isEqualTo(WORKLOAD.events() - 100);
            assertThat(engine.poll(decision -> polled.add(decision.correlationId()), 1000))
                    .isZero();
            assertThat(engine.shard(0).undelivered()).isZero();
        }
        assertThat(polled)
                .isEqualTo(LongStream.rangeClosed(1, WORKLOAD.events()).boxed().toList());
    }

    @Test
    void aFullDecisionRingIsCountedAndHoldsUpNothing() {
        final Engine engine = Engine.launch(Team.context(directory).decisionRingCapacity(16));
        try (engine) {
            WORKLOAD.feed(engine);
            assertThat(engine.shard(0).undelivered()).isEqualTo(WORKLOAD.events() - 16);
            assertThat(engine.poll(decision -> {}, 1000)).isEqualTo(16);
        }
        assertThat(Journals.decisions(directory, 0)).hasSize(WORKLOAD.events());
    }

    @Test
    void aPollersFaultDoesNotBlockTheRing() {
        final Engine engine = Engine.launch(Team.context(directory).decisionRingCapacity(512));
        try (engine) {
            WORKLOAD.feed(engine, 0, 50);
            assertThatIllegalStateException()
                    .isThrownBy(() -> engine.poll(
                            decision -> {
                                throw new IllegalStateException("poller");
                            },
                            10));
            assertThat(engine.poll(decision -> {}, 1000)).isPositive();
        }
    }

    @Test
    void decisionsOfALargeTeamFitTheirRingThoughEventsAreShort() {
        final EngineContext context = Team.bare(directory).slotLength(128).decisionRingCapacity(64);
        for (int i = 0; i < 40; i++) {
            context.agent(Team.learner("voter-" + i, 0.5f, false));
        }
        final Engine engine = Engine.launch(context);
        try (engine) {
            WORKLOAD.feed(engine, 0, 20);
            assertThat(engine.shard(0).undelivered()).isZero();
            assertThat(engine.poll(
                            decision -> assertThat(decision.ballotCount()).isIn(0, 40), 1000))
                    .isEqualTo(20);
        }
    }

    @Test
    void withoutARingThereIsNothingToPoll() {
        final Engine engine = Engine.launch(Team.context(directory));
        try (engine) {
            WORKLOAD.feed(engine, 0, 10);
            assertThat(engine.poll(decision -> {}, 10)).isZero();
        }
    }

    @Test
    void aCopiedDecisionOutlivesItsBuffer() {
        final Decision kept = new Decision();
        final Engine engine = Engine.launch(Team.context(directory).listener(decision -> {
            if (decision.correlationId() == 5) {
                kept.copyFrom(decision);
            }
        }));
        WORKLOAD.feed(engine);
        engine.close();

        final Journals.Decided journaled = Journals.decisions(directory, 0).get(4);
        assertThat(kept.correlationId()).isEqualTo(5);
        assertThat(kept.score()).isEqualTo(journaled.score());
        assertThat(kept.sequence()).isEqualTo(journaled.sequence());
    }
}
