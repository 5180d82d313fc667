package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.Route;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Deals;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.resilience.IsolatedAgents;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.engine.resilience.IsolationTerms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents on threads of their own: who hangs or fails is passed over, and nobody waits for him. */
@Timeout(60)
class IsolatedAgentsTest {
    private static final IsolatedAgent WORKS = (request, reply) -> reply.floats(request.service());
    private static final long HOP_NS = TimeUnit.MILLISECONDS.toNanos(15);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long REROUTED_NS = TimeUnit.MILLISECONDS.toNanos(50);

    @TempDir
    Path directory;

    private final CountDownLatch released = new CountDownLatch(1);
    private final Event event = new Event();
    private final List<String> done = new ArrayList<>();
    private final List<String> passedOver = new ArrayList<>();

    /** By a clock that goes on only until the engine gives up on an agent that hangs: what is left is the route's own time. */
    @Test
    void workOfAnAgentThatHangsGoesToAnotherWithinFiftyMilliseconds() {
        final AtomicLong nowNs = new AtomicLong();
        final AtomicBoolean held = new AtomicBoolean();
        final AtomicInteger askedOfTheHanging = new AtomicInteger();
        final IsolatedAgent hangs = (request, reply) -> {
            if (request.payload().getLong(0) >= 100) {
                askedOfTheHanging.incrementAndGet();
                held.set(true);
                released.await();
            }
            reply.floats(request.service());
        };
        final Engine engine = Engine.launch(context(hangs, WORKS).nanoClock(nowNs::get));
        for (int i = 1; i <= 50; i++) {
            work(engine, i);
        }
        assertThat(done).containsOnly("by 0").hasSize(50);
        done.clear();
        final List<Long> tookNs = new ArrayList<>();
        for (int i = 100; i < 150; i++) {
            final long submittedNs = nowNs.get();
            final int before = done.size();
            final int notDone = passedOver.size();
            submit(engine, i);
            while (done.size() == before) {
                engine.step();
                // Until it is passed over; the other one's thread then takes as long as the system likes.
                nowNs.addAndGet(held.get() && passedOver.size() == notDone ? STEP_NS : 0);
            }
            tookNs.add(nowNs.get() - submittedNs);
        }
        assertThat(done).containsOnly("by 1").hasSize(50);
        assertThat(tookNs.getFirst()).isBetween(HOP_NS, REROUTED_NS);
        assertThat(tookNs.subList(1, 50)).as("nothing is waited for").allMatch(took -> took < HOP_NS);
        final List<String> expected = new ArrayList<>(Collections.nCopies(50, "0: " + Answer.REFUSED));
        expected.set(0, "0: " + Answer.LATE);
        assertThat(passedOver).as("it is known to hang").isEqualTo(expected);
        released.countDown();
        engine.close();
        assertThat(askedOfTheHanging).as("nothing lay in its queue either").hasValue(1);

        done.clear();
        passedOver.clear();
        assertThat(Engines.replay(context(WORKS, WORKS))).isEqualTo(engine.stateHash());
        assertThat(done.subList(50, 100)).containsOnly("by 1");
        assertThat(passedOver).isEqualTo(expected);
    }

    @Test
    void anAgentThatThrowsIsMadeAnewAndTheNextIsAsked() {
        final Engine engine = Engine.launch(context(
                (request, reply) -> {
                    throw new IllegalStateException("cannot");
                },
                WORKS));
        for (int i = 1; i <= 10; i++) {
            work(engine, i);
        }
        engine.close();
        assertThat(done).containsOnly("by 1").hasSize(10);
        assertThat(engine.shard(0).counters().answers.get()).isEqualTo(20);
    }

    @Test
    void whereNobodyIsLeftTheWorkIsSaidToBeUndone() {
        final IsolatedAgent fails = (request, reply) -> {
            throw new IllegalStateException("cannot");
        };
        final Engine engine = Engine.launch(context(fails, fails));
        work(engine, 1);
        engine.close();
        assertThat(done).containsExactly("undone");
    }

    private void work(final Engine engine, final long id) {
        final int before = done.size();
        submit(engine, id);
        while (done.size() == before) {
            engine.step();
        }
    }

    private void submit(final Engine engine, final long id) {
        assertThat(engine.submit(Deals.visit(event, id, id, Team.SCORE))).isEqualTo(SubmitCode.ACCEPTED);
    }

    private EngineContext context(final IsolatedAgent... agents) {
        final Isolated[] isolated = new Isolated[agents.length];
        Arrays.setAll(isolated, i -> new Isolated("worker-" + i, () -> agents[i]));
        return Team.bare(directory)
                .agent(AgentFactory.of(AgentDescriptor.of("asks", "score"), Foreman::new))
                .outside(OutsideTerms.of(IsolatedAgents.of(
                        new IsolationTerms(8, 64, TimeUnit.MILLISECONDS.toNanos(10), "backoff", 2_000), isolated)));
    }

    /** Has each event worked on by somebody. */
    private final class Foreman implements Agent {
        private final AgentContext context;
        private final Route route = new Route(0, 1);
        private final float[] memory;

        Foreman(final AgentContext context) {
            this.context = context;
            this.memory = context.memory(1);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(memory[0]);
            final UnsafeBuffer work = new UnsafeBuffer(new byte[8]);
            work.putLong(0, task.correlationId());
            assertThat(route.ask(context, work, 0, 8, HOP_NS)).isPositive();
        }

        @Override
        public void onAnswer(final Answer answer) {
            if (answer.code() == Answer.OK) {
                memory[0] += answer.floatAt(0);
                done.add("by " + (int) answer.floatAt(0));
                return;
            }
            passedOver.add(answer.service() + ": " + answer.code());
            if (route.next(context, answer, HOP_NS) == 0) {
                done.add("undone");
            }
        }
    }
}
