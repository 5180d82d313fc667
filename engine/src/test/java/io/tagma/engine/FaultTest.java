package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.store.ProfileRow;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents, rules and listeners that throw: the task is lost and counted, nothing else is, and a replay agrees. */
class FaultTest {
    private static final Workload WORKLOAD = Workload.of(3, 300);
    private static final long BAD_EVENT = 101;

    @TempDir
    Path directory;

    /** Where an agent throws. */
    enum Where {
        HANDLE_ONCE,
        HANDLE_ALWAYS,
        HANDLE_AN_ERROR,
        BID,
        LEARN,
        MESSAGE
    }

    @ParameterizedTest
    @EnumSource(Where.class)
    void anAgentThatThrowsCostsItsTaskAndNothingElse(final Where where) {
        final EngineContext context = team(where);
        final Engine engine = Engine.launch(context);
        WORKLOAD.feed(engine);
        final long faults = engine.shard(0).counters().faults.get();
        final long restarts = engine.shard(0).agents().get(0).restarts();
        engine.close();

        assertThat(engine.shard(0).failure()).isNull();
        assertThat(faults).isPositive();
        assertThat(restarts).isEqualTo(faults);
        assertThat(engine.shard(0).agents().get(0).lastFailure()).hasMessageContaining("sabotage");
        assertThat(engine.shard(0).agents().get(1).faults()).isZero();
        final List<Journals.Decided> decisions = Journals.decisions(directory, 0);
        assertThat(decisions).hasSize(WORKLOAD.events());
        assertThat(decisions).allMatch(decision -> decision.status() == Decision.DECIDED);
        assertThat(Journals.faults(directory, 0)).hasSize((int) faults).allSatisfy(fault -> {
            assertThat(fault.agent()).isZero();
            assertThat(fault.reason()).contains("sabotage");
        });
        assertThat(Engines.replay(team(where))).isEqualTo(engine.stateHash());
    }

    private EngineContext team(final Where where) {
        final AgentDescriptor bad =
                new AgentDescriptor("bad", java.util.Set.of("score", "route"), java.util.Map.of(), false);
        return Team.bare(directory)
                .agent(AgentFactory.of(bad, context -> new Saboteur(context, where)))
                .agent(Team.learner("good", 0.5f, false))
                .agent(AgentFactory.of(AgentDescriptor.of("carrier", "route"), context -> new Carrier(context, where)));
    }

    /** Throws where it is told to, as a function of what it was called with. */
    private static final class Saboteur implements Agent {
        private final Where where;

        Saboteur(final AgentContext context, final Where where) {
            this.where = where;
            context.memory(2);
        }

        @Override
        public long bid(final Task task) {
            failIf(where == Where.BID && task.correlationId() % 7 == 0);
            return 5;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0.1f).action(3);
            failIf(where == Where.HANDLE_ALWAYS || (where == Where.HANDLE_ONCE && task.correlationId() == BAD_EVENT));
            if (where == Where.HANDLE_AN_ERROR && task.correlationId() % 11 == 0) {
                throw new AssertionError("sabotage");
            }
        }

        @Override
        public void learn(final Feedback feedback) {
            failIf(where == Where.LEARN);
        }

        @Override
        public void onMessage(final AgentMessage message) {
            failIf(where == Where.MESSAGE);
        }

        private static void failIf(final boolean now) {
            if (now) {
                throw new IllegalStateException("sabotage");
            }
        }
    }

    /** Does its own work, and sets off the other's timers and messages. */
    private static final class Carrier implements Agent {
        private final AgentContext context;
        private final Where where;
        private final UnsafeBuffer note = new UnsafeBuffer(new byte[8]);

        Carrier(final AgentContext context, final Where where) {
            this.context = context;
            this.where = where;
        }

        @Override
        public long bid(final Task task) {
            return where == Where.MESSAGE ? 50 : 1;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.action(1);
            if (where == Where.MESSAGE) {
                context.send(0, 0, 1, note, 0, 8);
            }
        }
    }

    @Test
    void aTimerThatThrowsIsJournaled() {
        final Function<AgentContext, Agent> constructor = context -> new Agent() {
            @Override
            public void handle(final Task task, final Ballot ballot) {
                ballot.logOdds(0f);
                context.scheduleAt(task.timeNs() + 1, task.correlationId());
            }

            @Override
            public void onTimer(final long timerId, final long timeNs) {
                throw new IllegalStateException("timer " + timerId);
            }
        };
        final EngineContext context =
                Team.bare(directory).agent(AgentFactory.of(AgentDescriptor.of("alarmed", "score"), constructor));
        final long hash = Engines.run(context, WORKLOAD, 0, 60);

        assertThat(Journals.faults(directory, 0))
                .extracting(Journals.Fault::reason)
                .anyMatch(r -> r.contains("timer "));
        assertThat(Engines.replay(Team.bare(directory)
                        .agent(AgentFactory.of(AgentDescriptor.of("alarmed", "score"), constructor))))
                .isEqualTo(hash);
    }

    @Test
    void manyFaultsInOneBatchLeaveRoomForEveryDecision() {
        final EngineContext context = failing();
        context.limits().maxBatch(1024);
        final long hash = Engines.run(context, WORKLOAD);

        assertThat(Journals.decisions(directory, 0)).hasSize(WORKLOAD.events());
        final EngineContext other = failing();
        other.limits().maxBatch(16);
        assertThat(Engines.replay(other)).isEqualTo(hash);
    }

    /** Six agents that fail at length at every task. */
    private EngineContext failing() {
        final EngineContext context = Team.bare(directory);
        for (int i = 0; i < 6; i++) {
            context.agent(AgentFactory.of(AgentDescriptor.of("bad-" + i, "score", "route"), c -> (task, ballot) -> {
                throw new IllegalStateException("x".repeat(600));
            }));
        }
        return context;
    }

    @Test
    void whereEveryHandlerFailsTheDecisionSaysSo() {
        Engines.run(failing(), WORKLOAD, 0, 50);

        assertThat(Journals.decisions(directory, 0)).allMatch(decision -> decision.status() == Decision.FAILED);
    }

    @Test
    void anAuctionsTaskGoesToTheNextBestWhenTheWinnerFails() {
        final EngineContext context = Team.bare(directory)
                .agent(bidder("proud", 100, true))
                .agent(bidder("humble", 10, false))
                .agent(bidder("last", 1, false));
        Engines.run(context, WORKLOAD);

        assertThat(Journals.decisions(directory, 0))
                .filteredOn(decision -> decision.agent() >= 0)
                .isNotEmpty()
                .allMatch(decision -> decision.agent() == 1);
    }

    private static AgentFactory bidder(final String name, final long bid, final boolean fails) {
        return AgentFactory.of(AgentDescriptor.of(name, "route"), context -> new Agent() {
            @Override
            public long bid(final Task task) {
                return bid;
            }

            @Override
            public void handle(final Task task, final Ballot ballot) {
                if (fails) {
                    throw new IllegalStateException("too proud");
                }
            }
        });
    }

    @Test
    void aFactoryThatFailsAtRestartIsAskedAgainAlsoInAnAuction() {
        final int[] made = new int[1];
        final AgentFactory flaky = AgentFactory.of(AgentDescriptor.of("flaky", "route"), context -> {
            made[0]++;
            if (made[0] == 2 || made[0] == 3) {
                throw new NoClassDefFoundError("no such plugin");
            }
            return new Agent() {
                @Override
                public long bid(final Task task) {
                    return 9;
                }

                @Override
                public void handle(final Task task, final Ballot ballot) {
                    if (made[0] == 1) {
                        throw new IllegalStateException("first instance");
                    }
                }
            };
        });
        final Engine engine = Engine.launch(Team.bare(directory).agent(flaky));
        try (engine) {
            WORKLOAD.feed(engine);

            assertThat(engine.shard(0).failure()).isNull();
            assertThat(engine.shard(0).agents().get(0).handled()).isPositive();
        }
        assertThat(Journals.decisions(directory, 0)).hasSize(WORKLOAD.events());
    }

    @Test
    void aRuleThatThrowsCostsItsPartOfTheFeatures() {
        final Engine engine =
                Engine.launch(Team.context(directory).subjectRule(BadRule::new).peerRule(BadRule::new));
        WORKLOAD.feed(engine);
        engine.close();

        assertThat(engine.shard(0).failure()).isNull();
        assertThat(engine.shard(0).counters().faults.get()).isPositive();
        assertThat(Journals.decisions(directory, 0)).hasSize(WORKLOAD.events());
        assertThat(Engines.replay(
                        Team.context(directory).subjectRule(BadRule::new).peerRule(BadRule::new)))
                .isEqualTo(engine.stateHash());
    }

    /** Fails at every third subject, with an error even. */
    private static final class BadRule implements ProfileRule {
        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            fail(task.subject());
            return 0;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            row.set(0, row.get(0) + 1f);
            fail(task.subject());
        }

        @Override
        public boolean learns() {
            return true;
        }

        @Override
        public void learn(final ProfileRow row, final Feedback feedback) {
            fail(row.subject());
        }

        private static void fail(final long subject) {
            if (subject % 3 == 0) {
                throw new StackOverflowError("no good row");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 9, 64, 1000})
    void aRuleThatCountsWrongHarmsNobody(final int count) {
        final Engine engine = Engine.launch(Team.context(directory).subjectRule(() -> counting(count)));
        WORKLOAD.feed(engine);
        engine.close();

        assertThat(engine.shard(0).failure()).isNull();
        assertThat(Journals.decisions(directory, 0)).hasSize(WORKLOAD.events());
        assertThat(Engines.replay(Team.context(directory).subjectRule(() -> counting(count))))
                .isEqualTo(engine.stateHash());
    }

    private static ProfileRule counting(final int count) {
        return new ProfileRule() {
            @Override
            public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
                java.util.Arrays.fill(features, offset, Math.clamp(offset + count, offset, features.length), 9f);
                return count;
            }

            @Override
            public void update(final ProfileRow row, final Task task) {
                row.set(0, 1f);
            }
        };
    }

    @Test
    void aListenerThatThrowsIsCountedAndOthersStillHear() {
        final List<Long> heard = new java.util.ArrayList<>();
        final EngineContext context = Team.context(directory)
                .decisionRingCapacity(512)
                .listener(decision -> {
                    heard.add(decision.correlationId());
                    if (decision.correlationId() % 2 == 0) {
                        throw new AssertionError("deaf");
                    }
                    throw new IllegalStateException("deaf");
                });
        final Engine engine = Engine.launch(context);
        try (engine) {
            WORKLOAD.feed(engine, 0, 100);

            assertThat(engine.shard(0).failure()).isNull();
            assertThat(engine.shard(0).listenerFaults()).isEqualTo(heard.size());
            assertThat(engine.poll(decision -> {}, 512)).isEqualTo(heard.size());
        }
    }
}
