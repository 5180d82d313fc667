package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.observe.StallLog;
import io.tagma.engine.supervise.TreeEntry;
import io.tagma.engine.supervise.TreeFile;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that does not come back is found, named and shown; nothing of the shard's state depends on it. */
class WatchdogTest {
    private static final Workload WORKLOAD = Workload.of(5, 200);
    private static final long BAD_EVENT = 60;

    @TempDir
    Path directory;

    private EngineContext team(final CountDownLatch gate) {
        return Team.bare(directory)
                .agent(Team.learner("quick", 0.5f, false))
                .agent(AgentFactory.of(AgentDescriptor.of("slow", "score"), context -> new Waiting(gate)))
                .faults(FaultLimits.DEFAULT.stallNs(TimeUnit.MILLISECONDS.toNanos(20)));
    }

    @Test
    void namesTheAgentThatHangsAndItsStack() throws Exception {
        final CountDownLatch gate = new CountDownLatch(1);
        final EngineContext context = team(gate).threading(Threading.DEDICATED).reportIntervalNs(10_000_000);
        final Engine engine = Engine.launch(context);
        try (engine) {
            WORKLOAD.feed(engine);
            final StallLog log = engine.observers().watchdog().log(0);
            // A machine that is busy elsewhere may stall a shard by itself, before it gets there.
            await().atMost(Duration.ofSeconds(20)).until(() -> waitsIn(log.open()));
            final Stall open = Objects.requireNonNull(log.open());
            assertThat(open.agent()).isEqualTo("slow");
            assertThat(open.thread()).isNotEmpty();
            assertThat(open.stack()).anyMatch(frame -> frame.contains("Waiting.handle"));
            assertThat(open.words()).contains("stalls for", "'slow'");
            await().atMost(Duration.ofSeconds(20)).until(() -> shard().state().equals("stalled"));
            assertThat(shard().detail()).contains(" stalls, the last stalls for", "'slow'");
            assertThat(shard().children())
                    .filteredOn(agent -> agent.state().equals("stalled"))
                    .extracting(TreeEntry::name)
                    .containsExactly("slow");

            gate.countDown();
            await().atMost(Duration.ofSeconds(20)).until(() -> log.open() == null);
            assertThat(log.recent())
                    .anyMatch(
                            stall -> stall.isOver() && stall.agent().equals("slow") && stall.stalledNs() >= 20_000_000);
        }
        assertThat(engine.shard(0).counters().decisions.get()).isEqualTo(WORKLOAD.events());
        assertThat(Engines.replay(team(gate))).isEqualTo(engine.stateHash());
        assertThat(context.threads().alive()).isEmpty();
    }

    private static boolean waitsIn(final @Nullable Stall stall) {
        return stall != null
                && stall.agent().equals("slow")
                && stall.threadState().equals("WAITING");
    }

    private TreeEntry shard() throws java.io.IOException {
        return TreeFile.read(directory.resolve(TreeFile.NAME)).root().children().getFirst();
    }

    @Test
    void canBeLeftOut() {
        final EngineContext context = team(new CountDownLatch(0)).faults(FaultLimits.NONE);
        try (Engine engine = Engine.launch(context)) {
            WORKLOAD.feed(engine);
            assertThat(context.threads().alive())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("watchdog"));
            assertThat(engine.observers().watchdog().stalls()).isFalse();
        }
    }

    @Test
    void refusesALimitThatAnySchedulerBreaks() {
        assertThatThrownBy(() -> FaultLimits.DEFAULT.stallNs(1000))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("tagma.faults.stallNs")
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> FaultLimits.DEFAULT.poisonFaults(-1)).hasMessageContaining("poisonFaults");
        assertThatThrownBy(() -> FaultLimits.DEFAULT.deadLetters(-1)).hasMessageContaining("deadLetters");
    }

    /** Waits at one event until it is let go. */
    private record Waiting(CountDownLatch gate) implements Agent {
        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0.2f);
            if (task.correlationId() == BAD_EVENT || (task.correlationId() > BAD_EVENT && gate.getCount() > 0)) {
                try {
                    gate.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
