package io.tagma.engine.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is best for a capability, against sorting all of them each time. */
class CapabilityIndexTest {
    private static final int AGENTS = 200;

    /** An expert who is busy is not whom to ask: with 78 % load the best of three ranks last. */
    @Test
    void aLoadedExpertRanksLast() {
        final CapabilityIndex index = new CapabilityIndex(3, CapabilityWeights.DEFAULT);
        final int fraud = index.capability("fraud");
        index.offer(0, fraud, 0.95f, 1);
        index.offer(1, fraud, 0.70f, 1);
        index.offer(2, fraud, 0.75f, 1);
        index.load(1, 0.20f);
        index.load(2, 0.25f);
        final int[] best = new int[3];
        assertThat(index.top(fraud, best)).isEqualTo(3);
        assertThat(best[0]).isZero();

        index.load(0, 0.78f);

        index.top(fraud, best);
        assertThat(best[2]).isZero();
        index.load(0, 0.10f);
        index.top(fraud, best);
        assertThat(best[0]).isZero();
    }

    @Test
    void aScoreIsTheWeightedMeanOfItsParts() {
        final CapabilityIndex index = new CapabilityIndex(2, new CapabilityWeights(2, 1, 1));
        final int ask = index.capability("ask");
        index.offer(1, ask, 0.5f, 0.25f);
        index.load(1, 0.75f);

        assertThat(index.score(1, ask)).isEqualTo((2 * 0.5f + 0.25f + 0.25f) / 4);
        assertThat(index.score(0, ask)).isNaN();
    }

    @Test
    void theBestAreThoseThatSortingGives() {
        final SplittableRandom random = new SplittableRandom(7);
        final CapabilityIndex index = new CapabilityIndex(AGENTS, CapabilityWeights.DEFAULT);
        final int[] capabilities = {index.capability("a"), index.capability("b"), index.capability("c")};
        for (int step = 0; step < 20_000; step++) {
            final int agent = random.nextInt(AGENTS);
            switch (random.nextInt(8)) {
                case 0 -> index.remove(agent);
                case 1, 2 ->
                    index.offer(agent, capabilities[random.nextInt(3)], random.nextInt(5) / 4f, random.nextInt(3) / 2f);
                default -> index.load(agent, random.nextInt(11) / 10f);
            }
            if (step % 20 == 0) {
                final int capability = capabilities[random.nextInt(3)];
                final int[] best = new int[1 + random.nextInt(AGENTS)];
                final int count = index.top(capability, best);
                assertThat(Arrays.copyOf(best, count)).isEqualTo(sorted(index, capability, best.length));
            }
        }
    }

    private static int[] sorted(final CapabilityIndex index, final int capability, final int k) {
        return IntStream.range(0, AGENTS)
                .filter(agent -> !Float.isNaN(index.score(agent, capability)))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer agent) -> -index.score(agent, capability))
                        .thenComparingInt(agent -> agent))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Test
    void askingAndLoadsAllocateNothing() {
        final CapabilityIndex index = new CapabilityIndex(AGENTS, CapabilityWeights.DEFAULT);
        final int ask = index.capability("ask");
        for (int agent = 0; agent < AGENTS; agent++) {
            index.offer(agent, ask, agent / 256f, 1);
        }
        final int[] best = new int[32];
        work(index, ask, best);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        work(index, ask, best);
        final long after = threads.getCurrentThreadAllocatedBytes();

        assertThat(after - before).isLessThan(1_000); // the measurement's own
    }

    private static void work(final CapabilityIndex index, final int capability, final int[] best) {
        for (int i = 0; i < 20_000; i++) {
            index.load(i % AGENTS, (i & 127) / 128f);
            index.top(capability, best);
        }
    }

    @Test
    void whatIsNoShareIsRefused() {
        final CapabilityIndex index = new CapabilityIndex(1, CapabilityWeights.DEFAULT);
        index.capability("a");
        assertThatIllegalArgumentException().isThrownBy(() -> index.load(0, 78)).withMessageContaining("78");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> index.offer(0, 0, Float.NaN, 1))
                .withMessageContaining("skill");
        assertThatIllegalArgumentException().isThrownBy(() -> new CapabilityWeights(0, 0, 0));
    }
}
