package io.tagma.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Explanation;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.shard.DecisionTrace;
import io.tagma.engine.shard.Divergence;
import io.tagma.engine.shard.ExcerptType;
import io.tagma.engine.shard.Replay;
import io.tagma.store.JournalAppender;
import io.tagma.store.JournalConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rebuilding state from journals alone, finding the first difference, and taking a decision apart. */
class ReplayTest {
    private static final Workload WORKLOAD = Workload.of(41, 600);

    @TempDir
    Path temp;

    private Path directory = Path.of("");
    private Path scratch = Path.of("");

    @BeforeEach
    void makeScratch() throws IOException {
        directory = temp.resolve("engine");
        scratch = Files.createDirectory(temp.resolve("scratch"));
    }

    @Test
    void verifiesEveryDecisionAndHash() {
        final Engine engine = Engine.launch(Team.context(directory).shards(2));
        WORKLOAD.feed(engine);
        engine.close();

        try (Replay replay = Replay.open(Team.context(directory).shards(2).kernel("scalar"), scratch)) {
            for (int shard = 0; shard < 2; shard++) {
                assertThat(replay.shard(shard).advance(Long.MAX_VALUE, true)).isNull();
                assertThat(replay.shard(shard).decisionsChecked())
                        .isEqualTo(Journals.decisions(directory, shard).size());
                assertThat(replay.shard(shard).hashesChecked())
                        .isEqualTo(Journals.hashes(directory, shard).size())
                        .isPositive();
                assertThat(replay.shard(shard).endsInMidBatch()).isFalse();
            }
            assertThat(replay.stateHash()).isEqualTo(engine.stateHash());
        }
    }

    @Test
    void worksBesideTheEngineThatRunsAndStepByStep() {
        final Engine engine = Engine.launch(Team.context(directory));
        try (engine) {
            WORKLOAD.feed(engine, 0, 333);
            try (Replay replay = Replay.open(Team.context(directory), scratch)) {
                for (long until = 1; until <= 333; until += 7) {
                    assertThat(replay.shard(0).advance(until, true)).isNull();
                    assertThat(replay.shard(0).sequence()).isEqualTo(until);
                }
                replay.shard(0).advance(Long.MAX_VALUE, true);
                assertThat(replay.stateHash()).isEqualTo(engine.stateHash());
            }
        }
    }

    @Test
    void namesTheFirstDecisionThatComesOutDifferently() {
        Engines.run(opinionated(0f), WORKLOAD);
        final long firstScored = Journals.decisions(directory, 0).stream()
                .filter(decision -> decision.status() == Decision.DECIDED)
                .findFirst()
                .orElseThrow()
                .sequence();

        try (Replay replay = Replay.open(opinionated(1f), scratch)) {
            final Divergence first = requireNonNull(replay.shard(0).advance(Long.MAX_VALUE, true));
            assertThat(first.sequence()).isEqualTo(firstScored);
            assertThat(first.what()).isEqualTo("decision");
            assertThat(replay.shard(0).advance(Long.MAX_VALUE, true)).isSameAs(first);
        }
        final EngineContext journalAlone = opinionated(1f);
        journalAlone.limits().snapshotsKept(0);
        assertThatThrownBy(() -> Engine.launch(journalAlone))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("sequence " + firstScored)
                .hasMessageContaining("agents that wrote it");
    }

    private EngineContext opinionated(final float opinion) {
        return Team.bare(directory)
                .agent(AgentFactory.of(
                        AgentDescriptor.of("opinionated", "score"), c -> (task, ballot) -> ballot.logOdds(opinion)));
    }

    @Test
    void namesAStateHashThatDiffersThoughNoDecisionDoes() {
        Engines.run(secretive(1f), WORKLOAD);

        try (Replay replay = Replay.open(secretive(2f), scratch)) {
            final Divergence first = requireNonNull(replay.shard(0).advance(Long.MAX_VALUE, true));
            assertThat(first.what()).isEqualTo("state hash");
            assertThat(first.sequence()).isEqualTo(100);
            assertThat(first.agreed()).isZero();
        }
    }

    /** A weight's lowest bit, which no ballot shows, flips in the memory of the live engine alone. */
    @Test
    void aFlippedBitIsFoundAtExactlyTheInputAtWhichItFlipped() {
        Engines.run(flipping(321), WORKLOAD);

        try (Replay replay = Replay.open(flipping(-1), scratch)) {
            final Divergence first = requireNonNull(replay.shard(0).advance(Long.MAX_VALUE, true));
            assertThat(first.what()).isEqualTo("state hash");
            assertThat(first.sequence()).isEqualTo(321);
            assertThat(first.agreed()).isEqualTo(320);
        }
    }

    private EngineContext flipping(final long when) {
        final EngineContext context = Team.context(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("weighty", "score"), agent -> {
                    final float[] weights = agent.memory(4);
                    weights[0] = 0.25f;
                    return (task, ballot) -> {
                        if (task.sequence() >= when && when > 0 && weights[0] == 0.25f) {
                            weights[0] = Float.intBitsToFloat(Float.floatToRawIntBits(weights[0]) ^ 1);
                        }
                        ballot.logOdds(0f);
                    };
                }));
        context.limits().hashInterval(1);
        return context;
    }

    /** Learns something of which nothing is seen in its ballots. */
    private EngineContext secretive(final float secret) {
        return Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("secretive", "score"), context -> (task, ballot) -> {
                    context.memory(1)[0] += secret;
                    ballot.logOdds(0f);
                }));
    }

    /** The process died behind a large batch's inputs; the next launch takes small batches. */
    @Test
    void outputsThatWereNeverWrittenAreWrittenByTheNextLaunchWhateverItsBatch() throws IOException {
        final long expected = Engines.run(Team.context(temp.resolve("oracle")), WORKLOAD);
        Engines.run(Team.context(directory), WORKLOAD, 0, 100);
        appendInputs(100, WORKLOAD.inputs().size());
        Files.delete(directory.resolve("integrity/index")); // as after a kill
        try (Replay replay = Replay.open(Team.context(directory), scratch)) {
            assertThat(replay.shard(0).advance(Long.MAX_VALUE, true)).isNull();
            assertThat(replay.shard(0).endsInMidBatch()).isTrue();
        }

        final EngineContext small = Team.context(directory).audit(true);
        small.limits().maxBatch(1);
        assertThat(Engines.replay(small)).isEqualTo(expected);

        assertThat(Journals.decisions(directory, 0)).isEqualTo(Journals.decisions(temp.resolve("oracle"), 0));
        assertThat(Engines.replay(Team.context(directory))).isEqualTo(expected);
    }

    private void appendInputs(final int from, final int to) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[512]);
        try (JournalAppender journal =
                JournalAppender.open(JournalConfig.of(Journals.of(directory, 0)).stagingCapacity(1 << 20))) {
            journal.begin(ExcerptType.INPUT, from + 1L, Long.MAX_VALUE / 2);
            for (int i = from; i < to; i++) {
                assertThat(journal.append(frame, 0, WORKLOAD.encode(i, frame))).isNotNegative();
            }
            assertThat(journal.commit()).isNotNegative();
        }
    }

    @Test
    void takesAVoteApart() {
        Engines.run(Team.context(directory), WORKLOAD);
        final Journals.Decided late = lastOf(Team.SCORE);

        try (Replay replay = Replay.open(Team.context(directory), scratch)) {
            final DecisionTrace trace = replay.shard(0).explain(late.sequence());
            assertThat(trace.correlationId()).isEqualTo(late.correlationId());
            assertThat(trace.score()).isEqualTo(late.score());
            assertThat(trace.action()).isEqualTo(late.action());
            assertThat(trace.voices())
                    .extracting(DecisionTrace.Voice::agent)
                    .containsExactly("early", "late", "odd", "apprentice");
            assertThat(trace.voices())
                    .extracting(DecisionTrace.Voice::shadow)
                    .containsExactly(false, false, false, true);
            assertThat(trace.voices()).allMatch(voice -> Float.isFinite(voice.logOdds()));
            assertThat(trace.rows()).isNotEmpty().allSatisfy(row -> {
                assertThat(row.after()).hasSize(8);
                assertThat(row.after()).isNotEqualTo(row.before());
            });
            assertThatThrownBy(() -> replay.shard(0).explain(late.sequence()))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("already replayed");
        }
    }

    @Test
    void takesAnAuctionApart() {
        Engines.run(Team.context(directory), WORKLOAD);
        final Journals.Decided late = lastOf(Team.ROUTE);

        try (Replay replay = Replay.open(Team.context(directory), scratch)) {
            final DecisionTrace trace = replay.shard(0).explain(late.sequence());
            assertThat(trace.winner()).isIn("north", "south");
            assertThat(trace.voices())
                    .extracting(DecisionTrace.Voice::bidMicros)
                    .contains(trace.priceMicros());
            assertThat(trace.voices()).allMatch(voice -> Float.isNaN(voice.logOdds()));
        }
    }

    private Journals.Decided lastOf(final int intent) {
        final List<Long> ids = WORKLOAD.inputs().stream()
                .filter(input -> !input.outcome() && input.intent() == intent)
                .map(Workload.Input::id)
                .toList();
        return Journals.decisions(directory, 0).stream()
                .filter(decision -> ids.contains(decision.correlationId()) && decision.status() == Decision.DECIDED)
                .toList()
                .getLast();
    }

    @Test
    void saysWhereThereIsNothingToExplain() {
        Engines.run(Team.context(directory), WORKLOAD);
        int outcome = 0;
        while (!WORKLOAD.inputs().get(outcome).outcome()) {
            outcome++;
        }
        final long sequence = outcome + 1L;
        final long event = WORKLOAD.inputs().get(outcome).id();
        final Journals.Decided decided = Journals.decisions(directory, 0).stream()
                .filter(decision -> decision.correlationId() == event)
                .findFirst()
                .orElseThrow();
        final long beyond = WORKLOAD.inputs().size() + 1L;

        try (Replay replay = Replay.open(Team.context(directory), scratch)) {
            assertThatThrownBy(() -> replay.shard(0).explain(sequence))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining(
                            "outcome of event %d, which was decided at sequence %d; ",
                            decided.correlationId(), decided.sequence());
            assertThatThrownBy(() -> replay.shard(0).explain(beyond))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no sequence " + beyond);
            assertThatThrownBy(() -> replay.shard(0).explain(0)).isInstanceOf(EngineException.class);
        }
    }

    @Test
    void explainsADecisionWithoutAnyoneAsked() {
        final Engine engine = Engine.launch(crowded());
        for (int id = 1; id <= 30; id++) {
            final Event event = new Event()
                    .correlationId(id)
                    .subject(Subjects.of(Workload.USER, id))
                    .peer(Subjects.of(Workload.SHOP, id))
                    .timeNs(id)
                    .intent(Team.SCORE)
                    .value(1f)
                    .value(1f)
                    .text("x".repeat(175));
            assertThat(engine.submit(event)).isEqualTo(SubmitCode.ACCEPTED);
        }
        Engines.stepUntilIdle(engine);
        engine.close();

        final List<Journals.Decided> decisions = Journals.allDecisions(directory, 2);
        assertThat(decisions).extracting(Journals.Decided::status).contains(Decision.TOO_LONG, Decision.STORE_FULL);
        for (final Journals.Decided decided : decisions) {
            try (Replay replay = Replay.open(crowded(), scratch)) {
                final DecisionTrace trace = replay.shard(decided.shard()).explain(decided.sequence());
                assertThat(trace.status()).isEqualTo(decided.status());
                assertThat(trace.voices()).hasSize(decided.status() == Decision.DECIDED ? 4 : 0);
            }
        }
    }

    private EngineContext crowded() {
        final EngineContext context = Team.context(directory).shards(2);
        context.limits().maxRows(12);
        return context;
    }

    @Test
    void anAgentThatCannotExplainItselfDoesNotSpoilTheReplay() {
        Engines.run(speechless(), WORKLOAD, 0, 50);
        final long sequence = Journals.decisions(directory, 0).stream()
                .filter(decision -> decision.agent() == 0)
                .findFirst()
                .orElseThrow()
                .sequence();

        try (Replay replay = Replay.open(speechless(), scratch)) {
            final DecisionTrace trace = replay.shard(0).explain(sequence);
            assertThat(trace.winner()).isEqualTo("speechless");
            assertThat(trace.voices().get(0).explanation().heaviest(9)).isEmpty();
            assertThat(trace.voices().get(1).bidMicros()).isEqualTo(DecisionTrace.NO_BID);
            assertThat(replay.shard(0).advance(Long.MAX_VALUE, true)).isNull();
        }
    }

    private EngineContext speechless() {
        return Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("speechless", "route"), context -> new Agent() {
                    @Override
                    public void handle(final Task task, final Ballot ballot) {
                        ballot.action(1);
                    }

                    @Override
                    public void explain(final Task task, final Explanation explanation) {
                        throw new IllegalStateException("no words");
                    }
                }))
                .agent(AgentFactory.of(AgentDescriptor.of("broke", "route"), context -> new Agent() {
                    @Override
                    public long bid(final Task task) {
                        throw new IllegalStateException("no money");
                    }

                    @Override
                    public void handle(final Task task, final Ballot ballot) {
                        throw new AssertionError("never wins");
                    }
                }));
    }

    @Test
    void refusesADirectoryOfAnotherConfiguration() {
        Engines.run(Team.context(directory), WORKLOAD, 0, 10);

        try (Replay replay = Replay.open(Team.context(directory).property("scenario", "other"), scratch)) {
            assertThatThrownBy(() -> replay.shard(0))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("property.scenario");
        }
    }
}
