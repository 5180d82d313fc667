package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.FaultLimits;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.supervise.TreeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private EngineContext context() {
        return new EngineContext()
                .directory(directory)
                .shards(2)
                .jmx(false)
                .reportIntervalNs(TimeUnit.MILLISECONDS.toNanos(20))
                .intent(IntentSpec.voted("pay", "limit", 0.2f, 0.4f))
                .agent(AgentFactory.of(
                        AgentDescriptor.of("limiter", "limit"), any -> (task, ballot) -> ballot.logOdds(1f)));
    }

    @Test
    void showsShardsAgentsAndEveryThread() throws IOException {
        final EngineContext context = context();
        final List<Thread> threads;
        try (Engine engine = Engine.launch(context)) {
            assertThat(engine.shard(0).failure()).isNull();
            threads = context.threads().alive();
            await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(directory.resolve(TreeFile.NAME)));

            final Invocation text = Invocation.of("tree", directory);
            assertThat(text.code()).as(text.err()).isZero();
            assertThat(text.out()).contains("├─ shard-0 (shard, running)", "├─ shard-1", "limiter (agent, running)");

            final JsonNode json = new ObjectMapper()
                    .readTree(Invocation.of("tree", directory, "--json").out());
            assertThat(json.path("live").asBoolean()).isTrue();
            final JsonNode below = json.path("tree").path("children");
            assertThat(below)
                    .as("two shards, observers, workers, threads, health")
                    .hasSize(6);
            assertThat(below.get(4).path("children")).hasSize(threads.size());
            assertThat(threads).extracting(Thread::getName).contains("observers");
        }
        assertThat(threads).as("every thread has ended").noneMatch(Thread::isAlive);
        final Invocation closed = Invocation.of("tree", directory);
        assertThat(closed.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(closed.err()).contains("no engine runs in");
    }

    @Test
    void anAgentThatWasSwitchedOffIsRevived() throws IOException {
        final AtomicBoolean mended = new AtomicBoolean();
        final EngineContext context = context()
                .shards(1)
                .jmx(true)
                .name("tree-revive")
                .faults(FaultLimits.DEFAULT.agentFailures(5, 50))
                .agent(AgentFactory.of(AgentDescriptor.of("broken", "limit"), any -> (task, ballot) -> {
                    if (!mended.get()) {
                        throw new IllegalStateException("no file");
                    }
                    ballot.logOdds(1f);
                }));
        try (Engine engine = Engine.launch(context)) {
            final AgentCell broken = engine.shard(0).agents().get(1);
            submit(engine, 1, 20);
            await().atMost(Duration.ofSeconds(20)).until(broken::isOff);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> Files.exists(directory.resolve(TreeFile.NAME))
                            && Invocation.of("tree", directory).out().contains("broken (agent, switched off"));
            assertThat(Invocation.of("tree", directory).out())
                    .contains("switched off at input 6", "tagma tree DIR --revive broken", "(engine, degraded)");

            mended.set(true);
            final Invocation revived = Invocation.of("tree", directory, "--revive", "broken", "--why", "mended");
            assertThat(revived.code()).as(revived.err()).isZero();
            assertThat(revived.out()).contains("broken is called again on shard 0");
            submit(engine, 21, 40);
            await().atMost(Duration.ofSeconds(20)).until(() -> broken.handled() == 20);
            assertThat(broken.isOff()).isFalse();

            final Invocation again = Invocation.of("tree", directory, "--revive", "broken");
            assertThat(again.code()).isEqualTo(Tagma.EXIT_FAILURE);
            assertThat(again.err()).contains("agent \"broken\" is not switched off; none is");
            assertThat(Invocation.of("tree", directory, "--revive", "nobody").err())
                    .contains("there is no agent \"nobody\"; there are limiter, broken");
        }
        final Invocation closed = Invocation.of("tree", directory, "--revive", "broken");
        assertThat(closed.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(closed.err()).contains("no engine runs in");
    }

    private static void submit(final Engine engine, final int from, final int to) {
        for (int i = from; i <= to; i++) {
            assertThat(engine.submit(new Event()
                            .correlationId(i)
                            .subject(Subjects.of(1, i))
                            .timeNs(i)
                            .intent(0)))
                    .isEqualTo(SubmitCode.ACCEPTED);
        }
    }

    @Test
    void whatADeadProcessLeftIsSaidToBeOld() throws IOException {
        try (Engine engine = Engine.launch(context())) {
            assertThat(engine.rejected()).isZero();
        }
        Files.writeString(
                directory.resolve(TreeFile.NAME),
                "tagma-tree 1\t1\t2\n0\tengine\tengine\trunning\t0\t\n1\tshard-0\tshard\trunning\t0\t5 inputs\n");
        final Invocation gone = Invocation.of("tree", directory);
        assertThat(gone.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(gone.out()).contains("process 1 is gone", "└─ shard-0 (shard, running): 5 inputs");
        assertThat(Invocation.of("verify", directory).code())
                .as("a tree that was left behind is no damage")
                .isZero();
        assertThat(Invocation.of("tree", directory.resolve("none")).code()).isEqualTo(Tagma.EXIT_FAILURE);
    }
}
