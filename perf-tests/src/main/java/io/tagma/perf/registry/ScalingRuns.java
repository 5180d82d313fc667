package io.tagma.perf.registry;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.registry.HeapRegistry;
import io.tagma.engine.agent.registry.LeaseOwner;
import io.tagma.engine.agent.registry.RegistryChange;
import io.tagma.engine.agent.registry.RegistryEntry;
import io.tagma.engine.agent.registry.RegistryWatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** Measures writers of the heap registry against each other, and how soon a watch is told. Owned by one thread. */
final class ScalingRuns {
    private static final int ROUNDS = 3;
    private static final int NAMES_EACH = 256;
    private static final int CHANGES = 20_000;
    private static final int WARM = 5_000;
    private static final double HIGH = 0.99;
    private static final List<Map<String, String>> VALUES = List.of(Map.of("load", "low"), Map.of("load", "high"));

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final LeaseOwner owner = LeaseOwner.thisProcess();
    private final long roundNs;

    ScalingRuns(final double seconds) {
        this.roundNs = (long) (seconds * 1e9);
    }

    RegistryFigures.Scaling measure(final int partitions) throws InterruptedException, ExecutionException {
        final HeapRegistry registry = new HeapRegistry(1 << 16, partitions, SystemEpochClock.INSTANCE);
        final List<List<String>> names = names(registry, partitions);
        together(registry, names); // compiled
        double alone = 0;
        for (final List<String> one : names) {
            alone += best(registry, List.of(one));
        }
        final double all = best(registry, names);
        final HeapRegistry single = new HeapRegistry(1 << 16, 1, SystemEpochClock.INSTANCE);
        names(single, 1);
        names.forEach(some -> some.forEach(name -> register(single, name)));
        return new RegistryFigures.Scaling(partitions, all, alone, best(single, names));
    }

    private double best(final HeapRegistry registry, final List<List<String>> names)
            throws InterruptedException, ExecutionException {
        double most = 0;
        for (int round = 0; round < ROUNDS; round++) {
            most = Math.max(most, together(registry, names));
        }
        return most;
    }

    /** Registered names, each list in a partition of its own. */
    private List<List<String>> names(final HeapRegistry registry, final int partitions) {
        final List<List<String>> names = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            names.add(new ArrayList<>());
        }
        final int shift = Integer.SIZE - Integer.numberOfTrailingZeros(partitions);
        for (int i = 0; names.stream().anyMatch(list -> list.size() < NAMES_EACH); i++) {
            final String name = "agent-" + i;
            final int partition = partitions == 1 ? 0 : RegistryEntry.hash(RegistryRuns.NAMESPACE, name) >>> shift;
            if (names.get(partition).size() < NAMES_EACH) {
                names.get(partition).add(name);
                register(registry, name);
            }
        }
        return names;
    }

    private void register(final HeapRegistry registry, final String name) {
        registry.register(RegistryRuns.NAMESPACE, AgentDescriptor.of(name, "pay"), owner);
    }

    /** Updates a second by one writer for each list, all at once. */
    private double together(final HeapRegistry registry, final List<List<String>> names)
            throws InterruptedException, ExecutionException {
        final ExecutorService pool = Executors.newFixedThreadPool(names.size());
        try {
            final CountDownLatch ready = new CountDownLatch(names.size());
            final List<Future<Double>> rates = new ArrayList<>();
            for (final List<String> mine : names) {
                rates.add(pool.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return write(registry, mine);
                }));
            }
            double sum = 0;
            for (final Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum;
        } finally {
            pool.shutdown();
        }
    }

    private double write(final HeapRegistry registry, final List<String> names) {
        final long start = clock.nanoTime();
        long now = start;
        long count = 0;
        while (now - start < roundNs) {
            final Map<String, String> value = VALUES.get((int) (count / names.size()) & 1);
            for (final String name : names) {
                // Answered at once unless another writer has left with it.
                final var answer = registry.update(RegistryRuns.NAMESPACE, name, value, owner)
                        .toCompletableFuture();
                while (!answer.isDone()) {
                    Thread.onSpinWait();
                }
            }
            count += names.size();
            now = clock.nanoTime();
        }
        return count * 1e9 / (now - start);
    }

    RegistryFigures.Delivery delivery() throws InterruptedException, ExecutionException {
        final HeapRegistry registry = new HeapRegistry(1 << 10, 4, SystemEpochClock.INSTANCE);
        register(registry, "a");
        final RegistryWatch watch = registry.watch(RegistryRuns.NAMESPACE);
        final AtomicLong begun = new AtomicLong();
        final AtomicLong seen = new AtomicLong();
        final ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            final Future<?> writer = pool.submit(() -> {
                for (int i = 1; i <= WARM + CHANGES; i++) {
                    begun.set(clock.nanoTime());
                    registry.update(RegistryRuns.NAMESPACE, "a", VALUES.get(i & 1), owner);
                    while (seen.get() < i) {
                        Thread.onSpinWait();
                    }
                }
            });
            final long[] delays = new long[WARM + CHANGES];
            final Delays listener = new Delays(delays, begun, seen, clock);
            while (listener.count < delays.length) {
                if (watch.poll(listener, 1) == 0) {
                    Thread.onSpinWait();
                }
            }
            writer.get();
            final long[] measured = Arrays.copyOfRange(delays, WARM, delays.length);
            Arrays.sort(measured);
            return new RegistryFigures.Delivery(
                    measured[measured.length / 2], measured[(int) (measured.length * HIGH)], CHANGES);
        } finally {
            pool.shutdown();
        }
    }

    /** Notes how long after its beginning a change was told. */
    private static final class Delays implements RegistryWatch.Listener {
        private final long[] delays;
        private final AtomicLong begun;
        private final AtomicLong seen;
        private final NanoClock clock;
        private int count;

        private Delays(final long[] delays, final AtomicLong begun, final AtomicLong seen, final NanoClock clock) {
            this.delays = delays;
            this.begun = begun;
            this.seen = seen;
            this.clock = clock;
        }

        @Override
        public void onChange(final RegistryChange change) {
            delays[count++] = clock.nanoTime() - begun.get();
            seen.set(count);
        }

        @Override
        public void onLost() {
            throw new IllegalStateException("a watch that keeps up has lost changes");
        }
    }
}
