package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.variable.Fate;
import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableCode;
import io.tagma.engine.council.variable.VariablePolicy;
import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableRecord;
import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.council.variable.VariableVote;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables change by vote alone, on all shards, and replay, snapshots and crashes know of it. */
@Timeout(60)
class VariableCouncilTest {
    private static final Workload WORKLOAD = Workload.of(33, 1200);
    private static final String BIAS = "bias";
    private static final String MODE = "mode";

    @TempDir
    Path directory;

    /** Adds a variable to its log-odds, refuses values above its taste, and proposes when it has seen enough. */
    private static final class Thinker implements Agent {
        private final Variable bias;
        private final AgentContext context;
        private final double most;
        private final float[] memory;

        Thinker(final AgentContext context, final double most) {
            this.context = context;
            this.bias = context.variable(BIAS);
            this.most = most;
            this.memory = context.memory(1);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds((float) bias.real());
            memory[0] += 1f;
            if (memory[0] % 150f == 0f) {
                context.propose(BIAS, VariableValue.of(memory[0] / 1000.0));
            }
        }

        @Override
        public VariableVote vote(final VariableProposal proposal) {
            return proposal.value() instanceof VariableValue.Real real && real.value() > most
                    ? VariableVote.REFUSE
                    : VariableVote.AGREE;
        }
    }

    private static AgentFactory thinker(final String name, final double most) {
        return AgentFactory.of(AgentDescriptor.of(name, "score"), context -> new Thinker(context, most));
    }

    private EngineContext context(final int shards) {
        return Team.bare(directory)
                .shards(shards)
                .agent(thinker("bold", 5))
                .agent(thinker("calm", 1))
                .agent(thinker("shy", 0.5))
                .variable(VariableTerms.of(
                        new VariableSpec.Real(BIAS, "log-odds", -5, 5, 0), VariablePolicy.consensus(0.6)))
                .variable(VariableTerms.of(
                                new VariableSpec.Category(MODE, List.of("fast", "exact"), "exact"),
                                VariablePolicy.lastWriteWins())
                        .concerning("bold"));
    }

    private static VariableRecord propose(final Engine engine, final String name, final String value) {
        return engine.variables().propose("ada", "a test", name, value, () -> Engines.stepUntilIdle(engine));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aProposalIsVotedOnByEveryShardsAgentsAndAppliedOnAll(final int shards) {
        try (Engine engine = Engine.launch(context(shards))) {
            final VariableRecord done = propose(engine, BIAS, "0.75");
            assertThat(done.fate()).isEqualTo(Fate.APPLIED);
            assertThat(done.yes()).isEqualTo(2 * shards);
            assertThat(done.no()).isEqualTo(shards);
            assertThat(done.dissent()).hasSize(shards).allMatch(name -> name.startsWith("shy"));
            final VariableRecord lost = propose(engine, BIAS, "3");
            assertThat(lost.fate()).isEqualTo(Fate.REJECTED);
            assertThat(lost.no()).isEqualTo(2 * shards);
            for (int shard = 0; shard < shards; shard++) {
                assertThat(engine.variables()
                                .status(shard)
                                .variables()
                                .getFirst()
                                .now()
                                .value())
                        .isEqualTo(VariableValue.of(0.75));
                assertThat(engine.variables()
                                .status(shard)
                                .variables()
                                .getFirst()
                                .now()
                                .version())
                        .isEqualTo(1);
            }
            assertThat(engine.variables().getVotes()).isEqualTo(6L * shards);
            assertThat(engine.variables().getDissent()).isEqualTo(3L * shards);
        }
    }

    @Test
    void aBadProposalIsRefusedWithCodeAndReasonAndMovesNothing() {
        final long hash;
        try (Engine engine = Engine.launch(context(2))) {
            assertThat(propose(engine, "speed", "1").code()).isEqualTo(VariableCode.UNKNOWN_VARIABLE);
            assertThat(propose(engine, BIAS, "5.5").code()).isEqualTo(VariableCode.OUT_OF_RANGE);
            assertThat(propose(engine, BIAS, "NaN").code()).isEqualTo(VariableCode.OUT_OF_RANGE);
            assertThat(propose(engine, BIAS, "much").code()).isEqualTo(VariableCode.WRONG_TYPE);
            assertThat(propose(engine, MODE, "slow").code()).isEqualTo(VariableCode.UNKNOWN_CATEGORY);
            final VariableRecord record =
                    engine.variables().rollback("ada", "no reason", BIAS, 7, () -> Engines.stepUntilIdle(engine));
            assertThat(record.code()).isEqualTo(VariableCode.NO_VERSION);
            assertThat(record.reason()).contains("has no version 7");
            assertThat(engine.variables().getRefused()).isEqualTo(6);
            assertThat(engine.variables().getVotes()).isZero();
            assertThat(engine.variables().status(1).variables().getFirst().versions())
                    .hasSize(1);
            assertThatThrownBy(() -> propose(engine, BIAS, "1\n2")).hasMessageContaining("one line");
            hash = engine.stateHash();
        }
        assertThat(Engines.replay(context(2))).isEqualTo(hash);
    }

    @Test
    void aRollbackIsANewVersionWithTheOldValue() {
        try (Engine engine = Engine.launch(context(2))) {
            propose(engine, MODE, "fast");
            propose(engine, BIAS, "0.25");
            propose(engine, BIAS, "0.5");
            final Runnable step = () -> Engines.stepUntilIdle(engine);
            final VariableRecord back =
                    engine.variables().rollback("ada", "too bold", BIAS, VariableCouncil.PREVIOUS, step);
            assertThat(back.value()).isEqualTo("0.25");
            assertThat(back.version()).isEqualTo(3);
            assertThat(engine.variables().history(BIAS)).hasSize(3);
            assertThat(engine.variables().getVariables().get(1)).containsEntry("value", "fast");
        }
    }

    /** Agents of all shards propose as they decide; a replay from the first input and one from a snapshot come to the same. */
    @ParameterizedTest
    @CsvSource({"1,CALLER,64", "1,CALLER,1", "3,CALLER,64", "3,CALLER,1", "3,DEDICATED,64"})
    void agentsProposeAndEveryReplayComesToTheSame(final int shards, final Threading threading, final int batch) {
        final EngineContext first = context(shards).threading(threading);
        first.limits().maxBatch(batch);
        final Engine engine = Engine.launch(first);
        WORKLOAD.feed(engine, 0, 700);
        if (threading == Threading.CALLER) {
            propose(engine, MODE, "fast");
        } else {
            engine.variables().propose("ada", "a test", MODE, VariableValue.of("fast"));
        }
        WORKLOAD.feed(engine, 700, WORKLOAD.inputs().size());
        engine.close();
        assertThat(engine.variables().status(0).applied()).isGreaterThan(2);
        for (int shard = 1; shard < shards; shard++) {
            assertThat(engine.variables()
                            .status(shard)
                            .variables()
                            .getFirst()
                            .now()
                            .value())
                    .isEqualTo(engine.variables()
                            .status(0)
                            .variables()
                            .getFirst()
                            .now()
                            .value());
        }

        final Engine resumed = Engine.launch(context(shards)); // from the snapshots of the close
        assertThat(resumed.stateHash()).isEqualTo(engine.stateHash());
        assertThat(resumed.variables().status(0).records())
                .isEqualTo(engine.variables().status(0).records());
        resumed.close();
        assertThat(Engines.replay(context(shards))).isEqualTo(engine.stateHash());
    }

    /** The process dies between two steps of a vote: what was journaled is sent again, and the vote ends everywhere. */
    @Test
    void aVoteThatAKillInterruptsEndsAfterTheNextLaunch(@TempDir final Path copies) {
        boolean finished = false;
        int cut = 0;
        for (int steps = 0; !finished; steps++) {
            final Path here = copies.resolve("run-" + steps);
            directory = here;
            final AtomicLong left = new AtomicLong(steps);
            final Engine engine = Engine.launch(context(3));
            WORKLOAD.feed(engine, 0, 40);
            try {
                engine.variables().propose("ada", "a kill", BIAS, "0.4", () -> {
                    if (left.getAndDecrement() == 0) {
                        throw new IllegalStateException("killed");
                    }
                    engine.step();
                });
                finished = true;
            } catch (final IllegalStateException killed) {
                assertThat(killed).hasMessage("killed");
                cut++;
            }
            directory = CrashCopy.of(here, copies.resolve("copy-" + steps));
            engine.close();
            try (Engine next = Engine.launch(context(3))) {
                Engines.stepUntilIdle(next);
                final long applied = next.variables().status(0).applied();
                assertThat(applied).isLessThanOrEqualTo(1);
                for (int shard = 0; shard < 3; shard++) {
                    assertThat(next.variables()
                                    .status(shard)
                                    .variables()
                                    .getFirst()
                                    .now()
                                    .version())
                            .as("%d steps, shard %d", steps, shard)
                            .isEqualTo(applied);
                }
                assertThat(next.variables().getOpen()).isZero();
                assertThat(applied).isEqualTo(steps == 0 ? 0 : 1); // what lay in the ring only, is lost
            }
        }
        assertThat(cut).isGreaterThan(2);
    }

    @Test
    void anEngineWithoutVariablesSaysSo() {
        try (Engine engine = Engine.launch(Team.context(directory))) {
            assertThatThrownBy(() -> propose(engine, BIAS, "1")).hasMessageContaining("EngineContext.variable");
        }
        assertThatThrownBy(() -> Engine.launch(Team.bare(directory.resolve("other"))
                        .agent(AgentFactory.of(
                                AgentDescriptor.of("lost", "score"), context -> new Thinker(context, 1)))))
                .hasMessageContaining("no variable 'bias'");
    }
}
