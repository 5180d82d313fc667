package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.HungShard;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.resilience.BreakerTerms;
import io.tagma.engine.resilience.CallPolicy;
import io.tagma.engine.resilience.ExternalCalls;
import io.tagma.engine.resilience.ExternalCalls.Called;
import io.tagma.engine.resilience.IsolatedAgents;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.engine.resilience.IsolationTerms;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import javax.management.JMException;
import javax.management.ObjectName;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each service switched off in turn: the engine says so, says what that means, and goes on as it says. */
@Timeout(60)
class HealthTest {
    private static final UnsafeBuffer PAYLOAD = new UnsafeBuffer(new byte[8]);

    @TempDir
    Path directory;

    private final Event event = new Event();

    @Test
    void anEngineOfWhichNothingIsOffIsReady() throws Exception {
        try (Engine engine = Engine.launch(learners())) {
            submit(engine, 1);
            assertThat(state()).isEqualTo("ready");
            assertThat(lines("Reasons")).isEmpty();
            assertThat(lines("Stations"))
                    .contains(
                            "shard-0 ready", "ring-0 ready", "journal-0 ready", "store-0 ready", "agent-0/early ready");
        }
    }

    @Test
    void aFullRingAndAFullStoreAreTold() throws Exception {
        final EngineContext context = learners();
        context.limits().maxRows(4);
        try (Engine engine = Engine.launch(context)) {
            for (int i = 1; i <= 8; i++) {
                submit(engine, i);
            }
            assertThat(lines("Reasons"))
                    .singleElement()
                    .asString()
                    .startsWith("store-0 degraded: holds 4 rows of 4")
                    .contains("STORE_FULL");
            assertThat(engine.shard(0).counters().storeFull.get()).isEqualTo(4);
            int code = SubmitCode.ACCEPTED;
            while (code == SubmitCode.ACCEPTED) {
                code = offer(engine, 1);
            }
            assertThat(code).isEqualTo(SubmitCode.FULL);
            assertThat(lines("Reasons")[0]).startsWith("ring-0 degraded: 2048 of 2048 slots");
            Engines.stepUntilIdle(engine);
            assertThat(lines("Reasons")).hasSize(1);
        }
    }

    @Test
    void anAgentThatCannotBeMadeIsToldAndTheOthersDecide() throws Exception {
        final boolean[] broken = {false};
        final EngineContext context = learners()
                .agent(AgentFactory.of(AgentDescriptor.of("breaks", "score"), ignored -> {
                    if (broken[0]) {
                        throw new IllegalStateException("no model");
                    }
                    return (task, ballot) -> {
                        throw new IllegalStateException("broken");
                    };
                }));
        try (Engine engine = Engine.launch(context)) {
            broken[0] = true;
            submit(engine, 1);
            assertThat(state()).isEqualTo("degraded");
            assertThat(lines("Reasons"))
                    .singleElement()
                    .asString()
                    .startsWith("agent-0/breaks degraded: cannot be made anew")
                    .contains("no model");
            assertThat(engine.shard(0).counters().decisions.get()).isEqualTo(1);
        }
    }

    @Test
    void aServiceBehindAnOpenBreakerIsTold() throws Exception {
        final CallPolicy policy = CallPolicy.DEFAULT
                .trying(1, 10_000_000_000L, 0, 0)
                .breaking(new BreakerTerms(1, 1, 1, 3_600_000_000_000L, 1));
        final EngineContext context = asking(ExternalCalls.of(new Called(
                requests -> {
                    throw new IllegalStateException("down");
                },
                policy)));
        try (Engine engine = Engine.launch(context)) {
            assertThat(state()).isEqualTo("ready");
            submit(engine, 1);
            stepUntilAnswered(engine, 1);
            assertThat(lines("Reasons"))
                    .singleElement()
                    .asString()
                    .startsWith("service-0 degraded: its breaker is open");
        }
    }

    @Test
    void anIsolatedAgentThatHangsIsTold() throws Exception {
        final CountDownLatch released = new CountDownLatch(1);
        final EngineContext context = asking(IsolatedAgents.of(
                new IsolationTerms(8, 64, 1_000_000, "backoff", 2_000).givenUp(0),
                new Isolated("slow", () -> (request, reply) -> HungShard.awaitDeafly(released))));
        try (Engine engine = Engine.launch(context)) {
            submit(engine, 1);
            while (state().equals("ready")) {
                engine.step();
            }
            assertThat(lines("Reasons")).singleElement().asString().startsWith("isolated-slow degraded: is hung");
            released.countDown();
            while (!state().equals("ready")) {
                engine.step();
            }
        }
    }

    /** An agent that hangs and was given up has a successor: work goes on, with a thread more that must not be there. */
    @Test
    void aThreadThatWasGivenUpIsToldUntilItEnds() throws Exception {
        final CountDownLatch released = new CountDownLatch(1);
        final EngineContext context = asking(IsolatedAgents.of(
                new IsolationTerms(8, 64, 1_000_000, "backoff", 2_000),
                new Isolated("slow", () -> (request, reply) -> HungShard.awaitDeafly(released))));
        try (Engine engine = Engine.launch(context)) {
            submit(engine, 1);
            stepUntilAnswered(engine, 1); // that it hangs
            assertThat(lines("Reasons"))
                    .singleElement()
                    .asString()
                    .startsWith("isolated-slow degraded: has hung; of threads that were given up 1 still run");
            released.countDown();
            while (!state().equals("ready")) {
                engine.step();
            }
        }
    }

    private static void stepUntilAnswered(final Engine engine, final long answers) {
        while (engine.shard(0).counters().answers.get() < answers) {
            engine.step();
        }
    }

    private EngineContext learners() throws Exception {
        return Team.context(Files.createDirectories(directory.resolve("engine")))
                .jmx(true)
                .name("health");
    }

    private EngineContext asking(final Outside.Factory outside) throws Exception {
        return learners()
                .outside(OutsideTerms.of(outside))
                .agent(AgentFactory.of(AgentDescriptor.of("asks", "score"), context ->
                        (Agent) (task, ballot) -> context.ask(0, PAYLOAD, 0, 8, 60_000_000_000L)));
    }

    private static String state() throws JMException {
        return (String) ManagementFactory.getPlatformMBeanServer().getAttribute(name(), "State");
    }

    private static String[] lines(final String attribute) throws JMException {
        return (String[]) ManagementFactory.getPlatformMBeanServer().getAttribute(name(), attribute);
    }

    private static ObjectName name() throws JMException {
        return new ObjectName("io.tagma:type=Health,engine=\"health\"");
    }

    private void submit(final Engine engine, final long user) {
        assertThat(offer(engine, user)).isEqualTo(SubmitCode.ACCEPTED);
        Engines.stepUntilIdle(engine);
    }

    private int offer(final Engine engine, final long user) {
        return engine.submit(event.reset()
                .correlationId(user)
                .subject(Subjects.of(Workload.USER, user))
                .timeNs(1)
                .intent(Team.SCORE)
                .value(1f)
                .value(1f));
    }
}
