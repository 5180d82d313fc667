package io.tagma.tools.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Assignment learnt online takes more than half off the least loaded's 99th percentile where agents have talents, and something still where
 * all are alike and the hint of a task's size is all there is to go by.
 */
class AssignmentTest {
    private static final int TASKS = 30_000;

    private static long p99(final long[] responseNs) {
        Arrays.sort(responseNs);
        return responseNs[responseNs.length * 99 / 100];
    }

    @Test
    void beatsTheLeastLoadedOnEverySeed() {
        for (final double spread : new double[] {0.6, 0}) {
            for (int seed = 1; seed <= 5; seed++) {
                final AssignmentTrace trace = new AssignmentTrace(seed, TASKS, spread);
                final long leastLoaded = p99(trace.run(AssignmentPolicies.leastLoaded()));
                final long learned = p99(trace.run(AssignmentPolicies.learned()));
                final long clairvoyant = p99(trace.run(AssignmentPolicies.clairvoyant()));
                assertThat((double) learned)
                        .as("spread %s, seed %d, clairvoyant %d", spread, seed, clairvoyant)
                        .isLessThanOrEqualTo((spread > 0 ? 0.5 : 0.95) * leastLoaded);
                assertThat(clairvoyant).isLessThan(learned);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameTimes() {
        assertThat(new AssignmentTrace(3, 2000, 0.6).run(AssignmentPolicies.learned()))
                .isEqualTo(new AssignmentTrace(3, 2000, 0.6).run(AssignmentPolicies.learned()))
                .isNotEqualTo(new AssignmentTrace(4, 2000, 0.6).run(AssignmentPolicies.learned()));
    }
}
