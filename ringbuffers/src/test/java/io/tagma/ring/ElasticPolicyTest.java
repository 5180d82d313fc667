package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tagma.ring.ElasticPolicy.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The policy against simulated threads: time is a variable, and a thread that is asked for more than it has shares itself out. */
class ElasticPolicyTest {
    private static final long MS = 1_000_000;

    /** Agents that each ask for a part of a thread. */
    private static final class Simulation {
        private final ElasticPolicy policy;
        private final double[] demand;
        private final long[] busyNs;
        private final List<String> history = new ArrayList<>();
        private long nowNs;

        Simulation(final int minThreads, final int maxThreads, final double... demand) {
            this.policy = new ElasticPolicy(ElasticConfig.Terms.of(minThreads, maxThreads), demand.length);
            this.demand = demand;
            this.busyNs = new long[demand.length];
            policy.sample(0, busyNs);
        }

        Simulation run(final long forMs) {
            for (final long endNs = nowNs + forMs * MS; nowNs < endNs; ) {
                step();
            }
            return this;
        }

        Change step() {
            final long spanNs = 10 * MS;
            for (int agent = 0; agent < demand.length; agent++) {
                final double asked = asked(policy.threadOf(agent));
                busyNs[agent] += (long) (spanNs * demand[agent] / Math.max(1, asked));
            }
            nowNs += spanNs;
            final Change change = policy.sample(nowNs, busyNs);
            if (change != Change.NONE) {
                history.add(change + "@" + nowNs / MS);
            }
            return change;
        }

        double asked(final int thread) {
            return IntStream.range(0, demand.length)
                    .filter(agent -> policy.threadOf(agent) == thread)
                    .mapToDouble(agent -> demand[agent])
                    .sum();
        }

        double mostAsked() {
            return IntStream.range(0, policy.threads())
                    .mapToDouble(this::asked)
                    .max()
                    .orElseThrow();
        }
    }

    @Test
    void growsWhenNinetyPercentHaveLastedFortyMillisecondsAndNotBefore() {
        final Simulation simulation = new Simulation(1, 2, 0.45, 0.45);
        simulation.run(30);
        assertThat(simulation.policy.threads()).isEqualTo(1);
        assertThat(simulation.history).isEmpty();
        simulation.run(10);
        assertThat(simulation.history).containsExactly("GREW@40");
        assertThat(simulation.policy.threads()).isEqualTo(2);
        assertThat(simulation.mostAsked()).isEqualTo(0.45);
    }

    @Test
    void doesNotGrowAtEightyNineNorWhereTheLoadPausesEveryThirtyMilliseconds() {
        assertThat(new Simulation(1, 2, 0.44, 0.45).run(5_000).history).isEmpty();

        final Simulation pausing = new Simulation(1, 2, 0.5, 0.5);
        for (int i = 0; i < 200; i++) {
            final boolean pause = i % 4 == 3;
            pausing.demand[0] = pause ? 0.3 : 0.5;
            pausing.step();
        }
        assertThat(pausing.history).isEmpty();
    }

    @Test
    void aThreadWithOneAgentCannotBeHelped() {
        assertThat(new Simulation(1, 4, 1.0).run(1_000).history).isEmpty();
        final Simulation two = new Simulation(2, 4, 1.0, 0.1);
        assertThat(two.run(5_000).policy.threads()).isEqualTo(2);
        assertThat(two.history).isEmpty();
    }

    @Test
    void findsAnImbalanceOfFourToOneAndMendsItWithinFiftyMilliseconds() {
        // Dealt out in turns to two threads: 0.8 on the one, 0.2 on the other.
        final Simulation simulation = new Simulation(2, 2, 0.2, 0.05, 0.2, 0.05, 0.2, 0.05, 0.2, 0.05);
        assertThat(simulation.asked(0) / simulation.asked(1)).isEqualTo(4.0, within(1e-9));
        simulation.run(50);
        assertThat(simulation.asked(0)).isLessThanOrEqualTo(0.61);
        simulation.run(5_000);
        assertThat(simulation.mostAsked()).isLessThanOrEqualTo(0.61);
        assertThat(simulation.history)
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(3)
                .allMatch(change -> change.startsWith("MOVED"));
    }

    @Test
    void aMoveComesBeforeAThread() {
        final Simulation simulation = new Simulation(2, 4, 0.5, 0.1, 0.5, 0.1, 0.0, 0.0);
        simulation.run(10_000);
        assertThat(simulation.history.getFirst()).startsWith("MOVED");
        assertThat(simulation.policy.threads()).isEqualTo(2);
        assertThat(simulation.mostAsked()).isLessThan(0.9);
    }

    @Test
    void shrinksAfterASecondAndDoesNotSwing() {
        final Simulation simulation = new Simulation(1, 4, 0.6, 0.6, 0.6, 0.6);
        simulation.run(3_000);
        assertThat(simulation.policy.threads()).isEqualTo(4);
        final int before = simulation.history.size();
        simulation.run(60_000);
        assertThat(simulation.history).hasSize(before);

        Arrays.fill(simulation.demand, 0.05);
        simulation.run(900);
        assertThat(simulation.policy.threads()).isEqualTo(4);
        simulation.run(4_000);
        assertThat(simulation.policy.threads()).isEqualTo(1);
        final List<String> shrunk = simulation.history.subList(before, simulation.history.size());
        assertThat(shrunk).hasSize(3).allMatch(change -> change.startsWith("SHRANK"));
        simulation.run(60_000);
        assertThat(simulation.policy.threads()).isEqualTo(1);
    }

    @Test
    void staysWithinItsBoundsAndSettlesWhateverTheLoads() {
        final SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 300; round++) {
            final int agents = 1 + random.nextInt(12);
            final int min = 1 + random.nextInt(3);
            final int max = min + random.nextInt(5);
            final double[] demand = random.doubles(agents, 0, 1).map(d -> d * d).toArray();
            final Simulation simulation = new Simulation(min, max, demand).run(10_000);
            final int settled = simulation.history.size();
            simulation.run(20_000);
            assertThat(simulation.history).as("round %d settles", round).hasSize(settled);
            assertThat(simulation.policy.threads())
                    .isBetween(Math.min(min, agents), Math.min(max, agents))
                    .isLessThanOrEqualTo(simulation.policy.maxThreads());
            for (int agent = 0; agent < agents; agent++) {
                assertThat(simulation.policy.threadOf(agent)).isBetween(0, simulation.policy.threads() - 1);
            }
            if (simulation.policy.threads() < simulation.policy.maxThreads()) {
                final double most = simulation.mostAsked();
                final boolean alone = Arrays.stream(demand).anyMatch(d -> d >= 0.8);
                assertThat(most < 1.0 || alone)
                        .as("round %d: nobody lacks a thread that is there", round)
                        .isTrue();
            }
        }
    }

    @Test
    void termsThatCannotWorkAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ElasticConfig.Terms.of(0, 1))
                .withMessageContaining("0:1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ElasticConfig.Terms.of(3, 2))
                .withMessageContaining("3:2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ElasticConfig.Terms(1, 2, 1, 0.6, 0, 0.6, 0, 0.1, 0))
                .withMessageContaining("shrinkTo < growAt");
    }
}
