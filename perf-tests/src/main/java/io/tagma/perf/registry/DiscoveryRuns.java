package io.tagma.perf.registry;

import io.tagma.engine.agent.registry.HeapRegistry;
import io.tagma.engine.agent.registry.LeaseOwner;
import io.tagma.engine.agent.registry.RegistryEntry;
import io.tagma.engine.market.CapabilityIndex;
import io.tagma.engine.market.CapabilityWeights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** Measures asking for the three best of many agents whose loads change, and searching by metadata. Owned by one thread. */
final class DiscoveryRuns {
    private static final int BEST = 3;
    private static final int CAPABILITIES = 10;
    private static final int SEED = 9;
    private static final int ROUNDS = 3;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final int agents;
    private final long roundNs;
    private final int[] best = new int[BEST];
    private long sum;

    DiscoveryRuns(final int agents, final double seconds) {
        this.agents = agents;
        this.roundNs = (long) (seconds * 1e9);
    }

    RegistryFigures.Discovery measure() {
        final CapabilityIndex index = new CapabilityIndex(agents, CapabilityWeights.DEFAULT);
        final OneLock naive = new OneLock();
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int c = 0; c < CAPABILITIES; c++) {
            index.capability("capability-" + c);
        }
        for (int agent = 0; agent < agents; agent++) {
            final float skill = random.nextInt(1001) / 1000f;
            index.offer(agent, agent % CAPABILITIES, skill, 1);
            naive.agents.put("agent-" + agent, new OneLock.Known(agent, agent % CAPABILITIES, skill, 1));
        }
        final double indexed = mean(i -> {
            index.load(i % agents, (i * 37 % 101) / 100f);
            sum += index.top(i % CAPABILITIES, best) + best[0];
        });
        final double scanned = mean(i -> {
            naive.load("agent-" + i % agents, (i * 37 % 101) / 100f);
            sum += naive.top(i % CAPABILITIES).getFirst();
        });
        final HeapRegistry registry = new HeapRegistry(agents, 4, SystemEpochClock.INSTANCE);
        final LeaseOwner owner = LeaseOwner.thisProcess();
        for (int i = 0; i < agents; i++) {
            registry.register(RegistryRuns.NAMESPACE, RegistryRuns.described("agent-" + i, i), owner);
        }
        final double search = mean(
                i -> sum += registry.find(RegistryRuns.NAMESPACE, wanted(i)).size());
        final double filter = mean(i -> sum += filtered(registry, wanted(i)).size());
        return new RegistryFigures.Discovery(agents, indexed, scanned, search, filter);
    }

    private static Map<String, String> wanted(final int i) {
        return Map.of("team", "team-" + i % 100);
    }

    private static List<RegistryEntry> filtered(final HeapRegistry registry, final Map<String, String> wanted) {
        final List<RegistryEntry> found = new ArrayList<>();
        registry.forEach(entry -> {
            if (entry.descriptor().metadata().entrySet().containsAll(wanted.entrySet())) {
                found.add(entry);
            }
        });
        return found;
    }

    private double mean(final IntConsumer operation) {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            final long start = clock.nanoTime();
            long now = start;
            int count = 0;
            while (now - start < roundNs) {
                for (int i = 0; i < 16; i++) {
                    operation.accept(count++);
                }
                now = clock.nanoTime();
            }
            least = Math.min(least, (double) (now - start) / count);
        }
        return least;
    }

    /** Something that depends on every answer. */
    long sum() {
        return sum;
    }

    /** What one writes first: a map of agents behind one lock, looked through for each question. */
    private static final class OneLock {
        private final Map<String, Known> agents = new HashMap<>();

        private static final class Known {
            private final int number;
            private final int capability;
            private final float skill;
            private final float compatibility;
            private float load;

            private Known(final int number, final int capability, final float skill, final float compatibility) {
                this.number = number;
                this.capability = capability;
                this.skill = skill;
                this.compatibility = compatibility;
            }

            private double score() {
                final CapabilityWeights weights = CapabilityWeights.DEFAULT;
                return weights.capability() * skill
                        + weights.load() * (1 - load)
                        + weights.compatibility() * compatibility;
            }
        }

        private synchronized void load(final String name, final float load) {
            Objects.requireNonNull(agents.get(name)).load = load;
        }

        private synchronized List<Integer> top(final int capability) {
            return agents.values().stream()
                    .filter(agent -> agent.capability == capability)
                    .sorted(Comparator.comparingDouble((Known agent) -> -agent.score())
                            .thenComparingInt(agent -> agent.number))
                    .limit(BEST)
                    .map(agent -> agent.number)
                    .toList();
        }
    }
}
