package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.tagma.ring.DutyCycleConfig.Threading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DutyCycleRunnerTest {
    private final ConcurrentLinkedQueue<Throwable> reported = new ConcurrentLinkedQueue<>();
    private final AtomicInteger threadsMade = new AtomicInteger();

    private DutyCycleConfig config(final Threading threading, final int threads, final int closeTimeoutMs) {
        return new DutyCycleConfig(
                threading,
                threads,
                thread -> new YieldingIdleStrategy(),
                work -> {
                    threadsMade.incrementAndGet();
                    final Thread thread = new Thread(work);
                    thread.setDaemon(true);
                    return thread;
                },
                reported::add,
                closeTimeoutMs);
    }

    private static List<RingAgent> agents(final int count) {
        return Stream.generate(RingAgent::new).limit(count).toList();
    }

    @ParameterizedTest
    @EnumSource(value = Threading.class, mode = EnumSource.Mode.EXCLUDE, names = "ELASTIC")
    void theSameAgentsRunHoweverTheyAreThreaded(final Threading threading) {
        final List<RingAgent> agents = agents(5);
        final DutyCycleRunner runner = new DutyCycleRunner(config(threading, 2, 5_000), agents);
        runner.start();
        agents.forEach(agent -> Frames.put(agent.ring, 7, 0));

        await().until(() -> {
            if (threading == Threading.CALLER) {
                runner.step();
            }
            return agents.stream().allMatch(agent -> agent.ring.counters().consumed() == 1);
        });
        assertThat(runner.isRunning()).isTrue();
        runner.close();
        runner.close();

        final int threads = switch (threading) {
            case DEDICATED -> 5;
            case SHARED -> 2;
            case CALLER, ELASTIC -> 0;
        };
        assertThat(runner.isRunning()).isFalse();
        assertThat(runner.threads()).isEqualTo(threads).isEqualTo(threadsMade.get());
        assertThat(agents).allSatisfy(agent -> {
            assertThat(agent.closed).isTrue();
            assertThat(agent.starts).hasValue(1);
            assertThat(agent.closedBy).isSameAs(agent.startedBy);
        });
        assertThat(agents.stream().map(agent -> agent.startedBy).distinct()).hasSize(Math.max(1, threads));
        assertThat(reported).isEmpty();
    }

    @Test
    void agentsAreDealtOutInTurns() {
        final DutyCycleConfig shared = config(Threading.SHARED, 2, 1);
        assertThat(shared.threadsFor(5)).isEqualTo(2);
        assertThat(shared.threadsFor(1)).isEqualTo(1);
        assertThat(shared.threadOf(3, 5)).isEqualTo(1);
        assertThat(config(Threading.DEDICATED, 1, 1).threadOf(3, 5)).isEqualTo(3);
        assertThat(config(Threading.CALLER, 1, 1).threadOf(3, 5)).isZero();
    }

    @Test
    void aStepTurnsEveryAgentOnce() {
        final List<RingAgent> agents = agents(3);
        try (DutyCycleRunner runner = new DutyCycleRunner(config(Threading.CALLER, 1, 1), agents)) {
            assertThat(runner.step()).isZero(); // not started
            runner.start();
            agents.forEach(agent -> Frames.fill(agent.ring, 0));
            assertThat(runner.step()).isEqualTo(3 * RingAgent.BATCH);
            assertThat(runner.step()).isEqualTo(3 * RingAgent.BATCH);
            assertThat(runner.step()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Threading.class, mode = EnumSource.Mode.EXCLUDE, names = "ELASTIC")
    void anAgentThatThrowsIsCountedReportedAndGoesOnAndSoDoItsNeighbours(final Threading threading) {
        final List<RingAgent> agents = agents(3);
        agents.get(0).failAt = 2;
        try (DutyCycleRunner runner = new DutyCycleRunner(config(threading, 1, 5_000), agents)) {
            runner.start();
            agents.forEach(agent -> Frames.fill(agent.ring, 0));
            await().until(() -> {
                if (threading == Threading.CALLER) {
                    runner.step();
                }
                return agents.stream().allMatch(agent -> agent.ring.backlog() == 0);
            });
            assertThat(runner.errors()).isEqualTo(1);
        }
        assertThat(reported)
                .singleElement()
                .satisfies(thrown -> assertThat(thrown).hasMessage("fails once"));
    }

    @Test
    void anAgentMayEndItsThread() {
        final Agent terminating = new Agent() {
            @Override
            public int doWork() {
                throw new AgentTerminationException("done");
            }

            @Override
            public String roleName() {
                return "terminating";
            }
        };
        try (DutyCycleRunner runner =
                new DutyCycleRunner(config(Threading.DEDICATED, 1, 5_000), List.of(terminating))) {
            runner.start();
            await().until(() -> !runner.isRunning());
            assertThat(runner.errors()).isEqualTo(1);
        }
    }

    @Test
    void aThreadThatWillNotEndIsInterruptedAndThenGivenUp() {
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch entered = new CountDownLatch(1);
        final AtomicBoolean interrupted = new AtomicBoolean();
        final Agent stuck = new Agent() {
            @Override
            public int doWork() {
                entered.countDown();
                while (release.getCount() > 0) {
                    interrupted.compareAndSet(false, Thread.interrupted());
                    Thread.onSpinWait();
                }
                return 0;
            }

            @Override
            public String roleName() {
                return "stuck";
            }
        };
        final DutyCycleRunner runner = new DutyCycleRunner(config(Threading.DEDICATED, 1, 20), List.of(stuck));
        runner.start();
        await().until(() -> entered.getCount() == 0);

        runner.close();

        assertThat(runner.isRunning()).isTrue();
        assertThat(reported)
                .hasSize(2)
                .allSatisfy(thrown ->
                        assertThat(thrown).isInstanceOf(TimeoutException.class).hasMessageContaining("stuck"));
        await().untilTrue(interrupted);
        release.countDown();
        await().until(() -> !runner.isRunning());
    }

    @Test
    void misuseIsNamed() {
        final DutyCycleConfig dedicated = config(Threading.DEDICATED, 1, 5_000);
        assertThatIllegalArgumentException().isThrownBy(() -> new DutyCycleRunner(dedicated, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> config(Threading.SHARED, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> config(Threading.SHARED, 1, 0));
        try (DutyCycleRunner runner = new DutyCycleRunner(dedicated, agents(1))) {
            assertThatIllegalStateException().isThrownBy(runner::step).withMessageContaining("DEDICATED");
            runner.start();
            assertThatIllegalStateException().isThrownBy(runner::start);
        }
    }

    @Test
    void closingWhatWasNeverStartedClosesTheAgents() {
        final List<RingAgent> agents = agents(2);
        new DutyCycleRunner(config(Threading.SHARED, 1, 5_000), agents).close();
        assertThat(agents).allMatch(agent -> agent.closed);
    }

    @Test
    void theDefaultsRunOnOnePlainThread() {
        final List<RingAgent> agents = new ArrayList<>(agents(2));
        try (DutyCycleRunner runner =
                new DutyCycleRunner(DutyCycleConfig.of(Threading.SHARED, reported::add), agents)) {
            runner.start();
            agents.forEach(agent -> Frames.put(agent.ring, 1, 0));
            await().until(() -> agents.stream().allMatch(agent -> agent.ring.backlog() == 0));
            assertThat(runner.threads()).isEqualTo(1);
        }
    }

    /** Empties its ring in small batches. Owned by whichever thread runs its duty cycle. */
    private static final class RingAgent implements Agent {
        static final int BATCH = 8;

        final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(16, Frames.SLOT_LENGTH));
        volatile boolean closed;
        final AtomicInteger starts = new AtomicInteger();
        volatile @Nullable Thread startedBy;
        volatile @Nullable Thread closedBy;
        volatile int failAt = -1;
        private int worked;

        @Override
        public void onStart() {
            starts.incrementAndGet();
            startedBy = Thread.currentThread();
        }

        @Override
        public int doWork() {
            final int frames = ring.beginBatch(BATCH);
            try {
                if (frames > 0 && ++worked == failAt) {
                    throw new IllegalStateException("fails once");
                }
            } finally {
                ring.endBatch();
            }
            return frames;
        }

        @Override
        public void onClose() {
            closedBy = Thread.currentThread();
            closed = true;
        }

        @Override
        public String roleName() {
            return "ring";
        }
    }
}
