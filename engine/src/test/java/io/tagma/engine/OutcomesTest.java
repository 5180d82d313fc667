package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outcomes that come once, twice, too early, too late, and when they teach. */
class OutcomesTest {
    private static final long USER = Subjects.of(Workload.USER, 1);

    @TempDir
    Path directory;

    private final Event event = new Event();
    private final Outcome outcome = new Outcome();
    private final List<Float> learnt = new ArrayList<>();

    @Test
    void anOutcomeTeachesOnce() {
        final Engine engine = launch(1, 1024);
        try (engine) {
            event(engine, 1, Team.SCORE);
            outcome(engine, 1, 1f);
            outcome(engine, 1, 0f);

            assertThat(learnt).containsExactly(1f);
            assertThat(engine.shard(0).counters().outcomes.get()).isEqualTo(1);
            assertThat(engine.shard(0).counters().unmatched.get()).isEqualTo(1);
            assertThat(engine.shard(0).pending()).isZero();
        }
    }

    @Test
    void anOutcomeBeforeItsDecisionIsUnmatched() {
        final Engine engine = launch(1, 1024);
        try (engine) {
            outcome(engine, 1, 1f);
            event(engine, 1, Team.SCORE);

            assertThat(learnt).isEmpty();
            assertThat(engine.shard(0).counters().unmatched.get()).isEqualTo(1);
            assertThat(engine.shard(0).pending()).isEqualTo(1);
        }
    }

    @Test
    void anOutcomeAfterItsDecisionExpiredIsUnmatched() {
        final Engine engine = launch(1, 4);
        try (engine) {
            for (int i = 1; i <= 100; i++) {
                event(engine, i, Team.SCORE);
            }
            outcome(engine, 1, 1f);

            assertThat(learnt).isEmpty();
            assertThat(engine.shard(0).counters().unmatched.get()).isEqualTo(1);
            assertThat(engine.shard(0).expired())
                    .isEqualTo(100 - engine.shard(0).pending());
        }
    }

    @Test
    void learningHappensAtFixedSequences() {
        final Engine engine = launch(4, 1024);
        try (engine) {
            event(engine, 1, Team.SCORE);
            outcome(engine, 1, 1f);
            assertThat(learnt).isEmpty();
            event(engine, 2, Team.SCORE);
            assertThat(learnt).isEmpty();
            outcome(engine, 2, 0.5f);
            assertThat(learnt).containsExactly(1f, 0.5f);
        }
    }

    @Test
    void theOutcomeOfAnAuctionTeachesItsWinnerAndTheShadowsThatWatched() {
        final List<Float> byShadow = new ArrayList<>();
        final EngineContext context = Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("only", "route"), c -> new Recorder(learnt)))
                .agent(AgentFactory.of(AgentDescriptor.of("shadow", "route").asShadow(), c -> new Recorder(byShadow)));
        final Engine engine = Engine.launch(context);
        try (engine) {
            event(engine, 1, Team.ROUTE);
            outcome(engine, 1, 0.25f);

            assertThat(learnt).containsExactly(0.25f);
            assertThat(byShadow).containsExactly(0.25f);
        }
    }

    @Test
    void badOutcomesAreRefused() {
        final Engine engine = launch(1, 1024);
        try (engine) {
            assertThat(engine.submit(new Outcome().correlationId(1).owner(0).label(1f)))
                    .isEqualTo(SubmitCode.INVALID);
            assertThat(engine.submit(new Outcome().correlationId(1).owner(USER).label(Float.NaN)))
                    .isEqualTo(SubmitCode.NOT_FINITE);
            assertThat(engine.submit(new Outcome().correlationId(1).owner(USER).label(1.01f)))
                    .isEqualTo(SubmitCode.NOT_FINITE);
            assertThat(engine.submit(
                            new Outcome().correlationId(1).owner(USER).label(1f).intent(9)))
                    .isEqualTo(SubmitCode.UNKNOWN_INTENT);
        }
    }

    private Engine launch(final int learnInterval, final int pendingCapacity) {
        final EngineContext context = Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("recorder", "score"), c -> new Recorder(learnt)));
        context.limits().learnInterval(learnInterval).pendingCapacity(pendingCapacity);
        return Engine.launch(context);
    }

    private void event(final Engine engine, final long id, final int intent) {
        final int code = engine.submit(event.reset()
                .correlationId(id)
                .subject(USER)
                .timeNs(id)
                .intent(intent)
                .value(1f)
                .value(1f));
        assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
        Engines.stepUntilIdle(engine);
    }

    private void outcome(final Engine engine, final long id, final float label) {
        assertThat(engine.submit(
                        outcome.correlationId(id).owner(USER).timeNs(id).label(label)))
                .isEqualTo(SubmitCode.ACCEPTED);
        Engines.stepUntilIdle(engine);
    }

    private record Recorder(List<Float> labels) implements Agent {
        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0f);
        }

        @Override
        public void learn(final Feedback feedback) {
            labels.add(feedback.label());
        }
    }
}
