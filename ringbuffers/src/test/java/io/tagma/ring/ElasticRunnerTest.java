package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ElasticRunnerTest {
    private final ConcurrentLinkedQueue<Throwable> reported = new ConcurrentLinkedQueue<>();
    private final List<Thread> made = new ArrayList<>();

    /** Takes numbered frames and notes the least sign that two threads were in it, or that one did not see what another wrote. */
    private static final class Counting implements Agent {
        private final MovingSignal signal = new MovingSignal();
        private final FrameRing ring =
                new FrameRing(FrameRingConfig.rejecting(1024, 64).signalling(signal));

        // Plain on purpose: only the hand-over orders them.
        private long expected;
        private long last = Thread.currentThread().threadId();
        private int threadsSeen;
        private String wrong = "";
        private int starts;
        private int closes;
        private volatile long taken;
        private volatile boolean inside;

        @Override
        public void onStart() {
            starts++;
        }

        @Override
        public int doWork() {
            if (inside) {
                wrong = "two threads at once";
            }
            inside = true;
            if (last != Thread.currentThread().threadId()) {
                last = Thread.currentThread().threadId();
                threadsSeen++;
            }
            final int count = ring.beginBatch(16);
            for (int i = 0; i < count; i++) {
                final long value = ring.buffer().getLong(ring.frameOffset(i));
                if (value != expected) {
                    wrong = "took " + value + " where " + expected + " was due";
                }
                expected = value + 1;
            }
            if (count > 0) {
                ring.endBatch();
                taken = expected;
            }
            inside = false;
            return count;
        }

        @Override
        public void onClose() {
            closes++;
        }

        @Override
        public String roleName() {
            return "counting";
        }
    }

    private ElasticRunner runner(
            final ElasticConfig.Terms terms,
            final NanoClock clock,
            final List<? extends Agent> agents,
            final List<MovingSignal> signals,
            final IntFunction<IdleStrategy> idles) {
        return new ElasticRunner(
                new ElasticConfig(
                        terms,
                        clock,
                        idles,
                        body -> {
                            final Thread thread = new Thread(body);
                            thread.setDaemon(true);
                            made.add(thread);
                            return thread;
                        },
                        reported::add,
                        5_000),
                agents,
                signals);
    }

    @ParameterizedTest
    @ValueSource(strings = {IdleStrategies.BLOCKING, IdleStrategies.BACKOFF})
    void nothingIsLostDoubledOrReorderedWhileAgentsMoveAtRandomUnderLoad(final String idle) {
        final int agents = 5;
        final int threads = 3;
        final long moves = Boolean.getBoolean("tagma.slow") ? 100_000 : 500;
        final List<Counting> counting =
                IntStream.range(0, agents).mapToObj(i -> new Counting()).toList();
        final ElasticRunner runner = runner(
                ElasticConfig.Terms.of(threads, threads),
                () -> 0, // the policy sees no time pass: all moves are the test's
                counting,
                counting.stream().map(agent -> agent.signal).toList(),
                thread -> IdleStrategies.byName(idle));
        runner.start();
        final SplittableRandom random = new SplittableRandom(11);
        final long[] sent = new long[agents];
        while (runner.moves() < moves) {
            final int agent = random.nextInt(agents);
            for (int burst = random.nextInt(64); burst > 0; burst--) {
                final FrameRing ring = counting.get(agent).ring;
                final long sequence = ring.tryClaim(Long.BYTES, 0);
                if (sequence < 0) {
                    Thread.yield();
                    break;
                }
                ring.buffer().putLong(ring.offset(sequence), sent[agent]++);
                ring.commit(sequence);
            }
            runner.moveNow(random.nextInt(agents), random.nextInt(threads));
        }
        await().until(() -> IntStream.range(0, agents).allMatch(agent -> counting.get(agent).taken == sent[agent]));
        runner.close();

        assertThat(reported).isEmpty();
        assertThat(counting).allSatisfy(agent -> {
            assertThat(agent.wrong).isEmpty();
            assertThat(agent.starts).isEqualTo(1);
            assertThat(agent.closes).isEqualTo(1);
            assertThat(agent.threadsSeen).isGreaterThan(1);
        });
        assertThat(made).hasSize(threads).noneMatch(Thread::isAlive);
    }

    /** Works for a given time whenever it is asked to. */
    private static final class Spinning implements Agent {
        private volatile boolean loaded;

        @Override
        public int doWork() {
            if (!loaded) {
                return 0;
            }
            final long untilNs = SystemNanoClock.INSTANCE.nanoTime() + 50_000;
            while (SystemNanoClock.INSTANCE.nanoTime() < untilNs) {
                Thread.onSpinWait();
            }
            return 1;
        }

        @Override
        public String roleName() {
            return "spinning";
        }
    }

    @Test
    void aPoolGrowsUnderLoadAndShrinksWhenItIsGoneForReal() {
        final List<Spinning> agents = List.of(new Spinning(), new Spinning());
        final ElasticRunner runner = runner(
                ElasticConfig.Terms.of(1, 2),
                SystemNanoClock.INSTANCE,
                agents,
                List.of(),
                thread -> new YieldingIdleStrategy());
        runner.start();
        assertThat(runner.threads()).isEqualTo(1);
        agents.forEach(agent -> agent.loaded = true);
        await().pollInterval(5, TimeUnit.MILLISECONDS).until(() -> {
            runner.control();
            return runner.threads() == 2 && runner.threadOf(0) != runner.threadOf(1);
        });
        assertThat(runner.grown()).isEqualTo(1);
        assertThat(runner.moves()).isEqualTo(1);

        agents.forEach(agent -> agent.loaded = false);
        await().pollInterval(5, TimeUnit.MILLISECONDS).until(() -> {
            runner.control();
            return runner.threads() == 1
                    && made.stream().filter(Thread::isAlive).count() == 1;
        });
        assertThat(runner.shrunk()).isEqualTo(1);
        assertThat(runner.threadOf(0)).isEqualTo(runner.threadOf(1)).isZero();

        agents.forEach(agent -> agent.loaded = true);
        await().pollInterval(5, TimeUnit.MILLISECONDS).until(() -> {
            runner.control();
            return runner.threads() == 2;
        });
        runner.close();
        runner.close();
        assertThat(made).hasSize(3).noneMatch(Thread::isAlive);
        assertThat(reported).isEmpty();
    }

    @Test
    void anImbalanceOfFourToOneIsFoundAndMendedForReal() {
        final List<Spinning> agents =
                IntStream.range(0, 5).mapToObj(i -> new Spinning()).toList();
        // In turns on two threads: 0, 2 and 4 against 1 and 3. With 0, 2 and 4 loaded the one has all there is to do.
        final ElasticRunner runner = runner(
                ElasticConfig.Terms.of(2, 2),
                SystemNanoClock.INSTANCE,
                agents,
                List.of(),
                thread -> new YieldingIdleStrategy());
        runner.start();
        for (int agent = 0; agent < 5; agent += 2) {
            agents.get(agent).loaded = true;
        }
        await().pollInterval(5, TimeUnit.MILLISECONDS).until(() -> {
            runner.control();
            return runner.moves() > 0;
        });
        await().until(() -> IntStream.of(0, 2, 4)
                        .filter(agent -> runner.threadOf(agent) == 1)
                        .count()
                > 0);
        runner.close();
        assertThat(reported).isEmpty();
    }

    @Test
    void anAgentThatThrowsIsCountedAndGoesOn() {
        final Counting good = new Counting();
        final Agent bad = new Agent() {
            @Override
            public int doWork() {
                throw new IllegalStateException("as planned");
            }

            @Override
            public String roleName() {
                return "bad";
            }
        };
        final ElasticRunner runner = runner(
                ElasticConfig.Terms.of(1, 1),
                SystemNanoClock.INSTANCE,
                List.of(bad, good),
                List.of(),
                thread -> new YieldingIdleStrategy());
        runner.start();
        await().until(() -> runner.errors() > 3);
        Frames.put(good.ring, 0, 0);
        await().until(() -> good.ring.backlog() == 0);
        runner.close();
        assertThat(reported).isNotEmpty().allSatisfy(e -> assertThat(e).hasMessage("as planned"));
        assertThat(good.closes).isEqualTo(1);
    }
}
