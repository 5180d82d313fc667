package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Timers by stream time, and mail between agents of one shard and of several. */
class TimersAndMessagesTest {
    @TempDir
    Path directory;

    private final List<String> log = new ArrayList<>();
    private final Event event = new Event();

    @Test
    void timersFireInOrderOfTheirDeadlineBeforeTheInputThatIsDue() {
        final Engine engine = Engine.launch(one(Alarm::new));
        submit(engine, 1, 100, 1);
        submit(engine, 2, 104, 1);
        submit(engine, 3, 105, 1);
        submit(engine, 4, 300, 1);
        engine.close();

        assertThat(log)
                .containsExactly(
                        "task 1",
                        "task 2",
                        "timer 1 at 105",
                        "task 3",
                        "timer 2 at 109",
                        "timer 3 at 110",
                        "timer 1001 at 150",
                        "timer 1002 at 154",
                        "timer 1003 at 155",
                        "task 4");
        final List<String> live = List.copyOf(log);
        log.clear();
        assertThat(Engines.replay(one(Alarm::new))).isEqualTo(engine.stateHash());
        assertThat(log).isEqualTo(live);
    }

    /** Sets two timers for each task: in 5 ns and in 50 ns. */
    private final class Alarm implements Agent {
        private final AgentContext context;

        Alarm(final AgentContext context) {
            this.context = context;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            log.add("task " + task.correlationId());
            assertThat(context.scheduleAt(task.timeNs() + 50, task.correlationId() + 1000))
                    .isTrue();
            assertThat(context.scheduleAt(task.timeNs() + 5, task.correlationId()))
                    .isTrue();
            ballot.logOdds(0f);
        }

        @Override
        public void onTimer(final long timerId, final long timeNs) {
            log.add("timer " + timerId + " at " + timeNs);
        }
    }

    @Test
    @Timeout(30)
    void aTimerThatSetsItselfAgainDoesNotHoldUpTheShard() {
        final long[] fired = new long[1];
        final Engine engine = Engine.launch(one(context -> new Agent() {
            @Override
            public void handle(final Task task, final Ballot ballot) {
                ballot.logOdds(0f);
                context.scheduleAt(task.timeNs() + 1, 1);
            }

            @Override
            public void onTimer(final long timerId, final long timeNs) {
                fired[0]++;
                context.scheduleAt(timeNs, timerId); // due at once, for ever
            }
        }));
        for (int i = 1; i <= 10; i++) {
            submit(engine, i, i * 1000L, 1);
        }
        engine.close();

        assertThat(engine.shard(0).counters().decisions.get()).isEqualTo(10);
        assertThat(fired[0]).isPositive();
    }

    @Test
    void aFullTimerHeapSaysSo() {
        final int[] refused = new int[1];
        final EngineContext context = one(c -> (task, ballot) -> {
            refused[0] += c.scheduleAt(task.timeNs() + 1_000_000, 0) ? 0 : 1;
        });
        context.limits().timerCapacity(5);
        final Engine engine = Engine.launch(context);
        for (int i = 1; i <= 12; i++) {
            submit(engine, i, i, 1);
        }
        engine.close();

        assertThat(refused[0]).isEqualTo(7);
    }

    @Test
    void aMessageOnOneShardArrivesAfterTheInputThatSentIt() {
        final Engine engine = Engine.launch(two(0));
        submit(engine, 1, 100, 1);
        submit(engine, 2, 200, 1);
        engine.close();

        assertThat(log)
                .containsExactly(
                        "sender 1",
                        "got 1 of kind 7 from 0 at 100 on 0",
                        "sender 2",
                        "got 2 of kind 7 from 0 at 200 on 0");
        assertThat(engine.shard(0).counters().messages.get()).isEqualTo(2);
    }

    @Test
    void aMessageToAnotherShardIsJournaledThereAndReplayed() {
        final Engine engine = Engine.launch(two(1).shards(2));
        for (int i = 1; i <= 20; i++) {
            submit(engine, i, i, i);
        }
        engine.close();

        assertThat(log.stream().filter(line -> line.startsWith("got")))
                .hasSize(20)
                .allMatch(line -> line.endsWith("on 1"));
        assertThat(engine.shard(1).counters().messages.get()).isEqualTo(20);
        assertThat(engine.shard(0).counters().messages.get()).isZero();
        log.clear();
        assertThat(Engines.replay(two(1).shards(2))).isEqualTo(engine.stateHash());
        assertThat(log.stream().filter(line -> line.startsWith("got"))).hasSize(20);
    }

    @Test
    void aMessageToNobodyOrOneThatIsTooLongIsRefused() {
        final List<Boolean> taken = new ArrayList<>();
        final Engine engine = Engine.launch(one(context -> (task, ballot) -> {
                    final UnsafeBuffer note = new UnsafeBuffer(new byte[1024]);
                    taken.add(context.send(2, 0, 1, note, 0, 8));
                    taken.add(context.send(-1, 0, 1, note, 0, 8));
                    taken.add(context.send(0, 1, 1, note, 0, 8));
                    taken.add(context.send(0, -1, 1, note, 0, 8));
                    taken.add(context.send(0, 0, 1, note, 0, 1024));
                    taken.add(context.send(1, 0, 1, note, 0, 1024));
                })
                .shards(2));
        submit(engine, 1, 1, 1);
        engine.close();

        assertThat(taken).hasSize(6).containsOnly(false);
    }

    @Test
    @Timeout(30)
    void aMessageOfAnyLengthThatIsTakenArrives() {
        final List<Integer> taken = new ArrayList<>();
        final List<Integer> arrived = new ArrayList<>();
        final Engine engine = Engine.launch(one(context -> new Agent() {
                    @Override
                    public void handle(final Task task, final Ballot ballot) {
                        final UnsafeBuffer note = new UnsafeBuffer(new byte[1024]);
                        if (context.send(1 - context.shard(), 0, 1, note, 0, (int) task.correlationId())) {
                            taken.add((int) task.correlationId());
                        }
                    }

                    @Override
                    public void onMessage(final AgentMessage message) {
                        arrived.add(message.payload().capacity());
                    }
                })
                .shards(2));
        for (int i = 150; i <= 256; i++) {
            submit(engine, i, 1, i);
        }
        engine.close();

        assertThat(arrived)
                .containsExactlyInAnyOrderElementsOf(taken)
                .contains(150)
                .doesNotContain(256);
    }

    @Test
    @Timeout(30)
    void anAgentThatWritesToItselfDoesNotHoldUpTheShard() {
        final Engine engine = Engine.launch(one(context -> new Agent() {
            private final UnsafeBuffer note = new UnsafeBuffer(new byte[8]);

            @Override
            public void handle(final Task task, final Ballot ballot) {
                ballot.logOdds(0f);
                context.send(0, 0, 1, note, 0, 8);
            }

            @Override
            public void onMessage(final AgentMessage message) {
                context.send(0, 0, 1, note, 0, 8);
                context.send(0, 0, 1, note, 0, 8);
            }
        }));
        for (int i = 1; i <= 50; i++) {
            submit(engine, i, i, 1);
        }
        engine.close();

        assertThat(engine.shard(0).counters().decisions.get()).isEqualTo(50);
    }

    private EngineContext two(final int toShard) {
        return Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("sender", "score"), context -> (task, ballot) -> {
                    log.add("sender " + task.correlationId());
                    final UnsafeBuffer note = new UnsafeBuffer(new byte[8]);
                    note.putLong(0, task.correlationId());
                    assertThat(context.send(toShard, 1, 7, note, 0, 8)).isTrue();
                    ballot.logOdds(0f);
                }))
                .agent(AgentFactory.of(AgentDescriptor.of("pinned"), context -> new Agent() {
                    @Override
                    public void handle(final Task task, final Ballot ballot) {
                        throw new AssertionError("nobody asked");
                    }

                    @Override
                    public void onMessage(final AgentMessage message) {
                        log.add("got " + message.payload().getLong(0) + " of kind " + message.kind() + " from "
                                + message.fromAgent() + " at " + message.timeNs() + " on " + context.shard());
                    }
                }));
    }

    private EngineContext one(final Function<AgentContext, Agent> constructor) {
        return Team.bare(directory).agent(AgentFactory.of(AgentDescriptor.of("one", "score"), constructor));
    }

    private void submit(final Engine engine, final long id, final long timeNs, final long user) {
        assertThat(engine.submit(event.reset()
                        .correlationId(id)
                        .subject(Subjects.of(Workload.USER, user))
                        .timeNs(timeNs)
                        .intent(Team.SCORE)
                        .value(1f)
                        .value(1f)))
                .isEqualTo(SubmitCode.ACCEPTED);
        Engines.stepUntilIdle(engine);
    }
}
