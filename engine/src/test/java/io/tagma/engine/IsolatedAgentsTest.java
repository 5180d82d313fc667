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
import io.tagma.engine.fixture.HungShard;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.resilience.Hang;
import io.tagma.engine.resilience.IsolatedAgents;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.engine.resilience.IsolationTerms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private static final long HOP_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long HANG_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int GIVEN_UP = 2;
    private static final IsolationTerms TERMS = new IsolationTerms(8, 64, HANG_NS, "backoff", 2_000, GIVEN_UP);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long REROUTED_NS = TimeUnit.MILLISECONDS.toNanos(50);

    @TempDir
    Path directory;

    private final Event event = new Event();
    private final List<String> done = new ArrayList<>();
    private final List<String> passedOver = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set when an engine is launched
    private IsolatedAgents opened;

    /**
     * By a clock that goes on only while an agent hangs and nobody has said so, so what is found here is the engine's own time. The request
     * would wait for a second: it is the hang that is found, not the request's time that is up.
     */
    @Test
    void workOfAnAgentThatHangsGoesToAnotherWithinFiftyMilliseconds() {
        final AtomicLong nowNs = new AtomicLong();
        final CountDownLatch held = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        final IsolatedAgent hangs = (request, reply) -> {
            if (request.payload().getLong(0) == 100) {
                HungShard.awaitDeafly(held, released);
            }
            reply.floats(request.service());
        };
        final Engine engine =
                Engine.launch(context(hangs, WORKS).observersStepped(true).nanoClock(nowNs::get));
        for (int i = 1; i <= 50; i++) {
            work(engine, i);
        }
        assertThat(done).containsOnly("by 0").hasSize(50);
        done.clear();
        for (int i = 100; i <= 102; i++) {
            submit(engine, i); // two wait behind the one that it hangs at
        }
        while (held.getCount() > 0 || engine.shard(0).ingress().backlog() > 0) {
            engine.step();
        }
        engine.step(); // sees it at the call: what it was at before counts for nothing
        final long heldNs = nowNs.get();
        while (opened.hangs(0) == 0) {
            nowNs.addAndGet(STEP_NS);
            engine.step();
        }
        assertThat(nowNs.get() - heldNs)
                .as("found, and given back to who asked")
                .isEqualTo(HANG_NS)
                .isLessThan(REROUTED_NS);
        while (done.size() < 3) {
            engine.step(); // the other one's thread takes as long as the system likes; no clock is waited for
        }
        assertThat(done).containsOnly("by 1");
        assertThat(passedOver).containsOnly("0: " + Answer.HUNG).hasSize(3);
        assertThat(opened.state(0)).isEqualTo("live");
        assertThat(opened.givenUp(0)).isEqualTo(1);
        final Hang hang = opened.recentHangs(0).getFirst();
        assertThat(hang.stack()).anyMatch(frame -> frame.contains("HungShard.awaitDeafly"));
        assertThat(hang.hungNs()).isEqualTo(HANG_NS);
        assertThat(hang.handedBack()).isEqualTo(3);
        assertThat(hang.words()).contains("'worker-0' hangs for 10 ms", "isolated-worker-0", "a fresh one");
        for (int i = 103; i < 150; i++) {
            work(engine, i);
        }
        assertThat(done.subList(3, 50)).as("by its successor").containsOnly("by 0");
        released.countDown();
        while (opened.givenUp(0) > 0) {
            engine.step();
        }
        assertThat(engine.shard(0).counters().strayAnswers.get())
                .as("of a thread that came back")
                .isZero();
        engine.close();
        assertThat(engine.context().threads().alive()).isEmpty();

        final List<String> live = List.copyOf(done);
        done.clear();
        passedOver.clear();
        assertThat(Engines.replay(context(WORKS, WORKS))).isEqualTo(engine.stateHash());
        assertThat(done.subList(50, 100)).isEqualTo(live);
        assertThat(passedOver).containsOnly("0: " + Answer.HUNG).hasSize(3);
    }

    /** One that hangs at everything uses up the threads that it may; then it is not asked until one of them ends. */
    @Test
    void threadsThatAreGivenUpAreBounded() {
        final AtomicLong nowNs = new AtomicLong();
        final AtomicInteger held = new AtomicInteger();
        final CountDownLatch released = new CountDownLatch(1);
        final IsolatedAgent hangs = (request, reply) -> {
            held.incrementAndGet();
            HungShard.awaitDeafly(released);
            reply.floats(request.service());
        };
        final Engine engine =
                Engine.launch(context(hangs, WORKS).observersStepped(true).nanoClock(nowNs::get));
        for (int i = 1; i <= GIVEN_UP + 1; i++) {
            final int hung = i;
            submit(engine, i);
            while (done.size() < i) {
                engine.step();
                nowNs.addAndGet(held.get() == hung && passedOver.size() < hung ? STEP_NS : 0);
            }
        }
        assertThat(passedOver).containsOnly("0: " + Answer.HUNG).hasSize(GIVEN_UP + 1);
        assertThat(opened.state(0)).isEqualTo("hung");
        assertThat(opened.givenUp(0)).isEqualTo(GIVEN_UP + 1);
        assertThat(opened.recentHangs(0)).extracting(Hang::succeeded).endsWith(true, false);
        work(engine, 10);
        assertThat(passedOver).endsWith("0: " + Answer.REFUSED);
        assertThat(held).as("nobody is there to hang").hasValue(GIVEN_UP + 1);

        released.countDown();
        while (!opened.state(0).equals("live")) {
            engine.step();
        }
        work(engine, 11);
        assertThat(done).endsWith("by 1", "by 0");
        engine.close();
        assertThat(engine.context().threads().alive()).isEmpty();
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
                .outside(OutsideTerms.of((answers, threads, clock) ->
                        opened = new IsolatedAgents(List.of(isolated), TERMS, answers, threads, clock)));
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
