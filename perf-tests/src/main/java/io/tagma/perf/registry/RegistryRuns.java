package io.tagma.perf.registry;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.registry.HeapRegistry;
import io.tagma.engine.agent.registry.LeaseOwner;
import io.tagma.engine.agent.registry.LookupCache;
import io.tagma.engine.agent.registry.RegistryBackend;
import io.tagma.engine.agent.registry.RegistryEntry;
import io.tagma.engine.agent.registry.SharedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** Measures registries of one process one after the other on one thread. Owned by that thread. */
final class RegistryRuns {
    static final String NAMESPACE = "agents";
    private static final int HOT = 64;
    private static final int CACHE = 256;
    private static final int WORKING_SET = 4096;
    private static final int DRAWN = 1 << 16;
    private static final int ROUNDS = 4;
    private static final int SEED = 5;
    private static final int TEAMS = 100;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final String[] names;
    private final AgentDescriptor[] descriptors;
    private final LeaseOwner owner = LeaseOwner.thisProcess();
    private final long roundNs;
    private long sum;

    /** The same name in a map. */
    private record Key(String namespace, String name) {}

    RegistryRuns(final int entries, final double seconds) {
        this.roundNs = (long) (seconds * 1e9);
        names = new String[entries];
        descriptors = new AgentDescriptor[entries];
        for (int i = 0; i < entries; i++) {
            names[i] = "agent-" + i;
            descriptors[i] = described(names[i], i);
        }
    }

    static AgentDescriptor described(final String name, final int i) {
        return new AgentDescriptor(name, Set.of("pay"), Map.of("team", "team-" + i % TEAMS), false);
    }

    RegistryFigures heap() {
        final HeapRegistry warm = new HeapRegistry(names.length, 4, SystemEpochClock.INSTANCE);
        fill(warm); // compiled
        final long before = usedHeap();
        final HeapRegistry registry = new HeapRegistry(names.length, 4, SystemEpochClock.INSTANCE);
        final double registerNs = fill(registry);
        final double bytes = (double) (usedHeap() - before) / names.length;
        return tagma(
                "tagma-heap", registry, registerNs, bytes, "HeapRegistry, 4 partitions; lookups through LookupCache");
    }

    RegistryFigures shared(final Path directory) throws IOException {
        final Path file = directory.resolve("registry");
        try (SharedRegistry warm =
                SharedRegistry.open(directory.resolve("warm"), names.length, SystemEpochClock.INSTANCE)) {
            fill(warm);
        }
        Files.delete(directory.resolve("warm"));
        final long before = usedHeap();
        try (SharedRegistry registry = SharedRegistry.open(file, names.length, SystemEpochClock.INSTANCE)) {
            final double registerNs = fill(registry);
            for (final String name : names) {
                sum += registry.lookup(NAMESPACE, name) == null ? 1 : 0; // decoded once
            }
            // Of each slot's two copies a registration writes one, and a page of 4 KiB holds two slots.
            final double bytes =
                    (double) (usedHeap() - before) / names.length + Files.size(file) / (double) names.length;
            return tagma(
                    "tagma-shared",
                    registry,
                    registerNs,
                    bytes,
                    "SharedRegistry, a mapped file (its whole length counted); lookups through LookupCache");
        }
    }

    private RegistryFigures tagma(
            final String name,
            final RegistryBackend registry,
            final double registerNs,
            final double bytes,
            final String description) {
        try (LookupCache cache = new LookupCache(registry, NAMESPACE, CACHE)) {
            final ToLongFunction<String> lookup = wanted -> {
                final RegistryEntry entry = cache.lookup(wanted);
                return entry == null ? -1 : entry.number();
            };
            final double hot = mean(lookup, HOT);
            final double miss = mean(lookup, WORKING_SET);
            final double cold = mean(lookup, names.length);
            return new RegistryFigures(name, names.length, hot, miss, cold, registerNs, bytes, description);
        }
    }

    private double fill(final RegistryBackend registry) {
        final long start = clock.nanoTime();
        for (int i = 0; i < names.length; i++) {
            registry.register(new RegistryEntry(NAMESPACE, descriptors[i], i, owner, 0, 1));
        }
        final double ns = (double) (clock.nanoTime() - start) / names.length;
        if (registry.count(NAMESPACE) != names.length) {
            throw new IllegalStateException("the registry has " + registry.count(NAMESPACE) + " of " + names.length);
        }
        return ns;
    }

    RegistryFigures map() {
        fillMap();
        final long before = usedHeap();
        final long start = clock.nanoTime();
        final Map<Key, RegistryEntry> map = fillMap();
        final double registerNs = (double) (clock.nanoTime() - start) / names.length;
        final double bytes = (double) (usedHeap() - before) / names.length;
        final ToLongFunction<String> lookup = wanted -> {
            final RegistryEntry entry = map.get(new Key(NAMESPACE, wanted));
            return entry == null ? -1 : entry.number();
        };
        return new RegistryFigures(
                "concurrent-hash-map",
                names.length,
                mean(lookup, HOT),
                mean(lookup, WORKING_SET),
                mean(lookup, names.length),
                registerNs,
                bytes,
                "ConcurrentHashMap by namespace and name: no leases, no watches, no search");
    }

    private Map<Key, RegistryEntry> fillMap() {
        final Map<Key, RegistryEntry> map = new ConcurrentHashMap<>();
        for (int i = 0; i < names.length; i++) {
            map.putIfAbsent(new Key(NAMESPACE, names[i]), new RegistryEntry(NAMESPACE, descriptors[i], i, owner, 0, 1));
        }
        return map;
    }

    private double mean(final ToLongFunction<String> lookup, final int among) {
        final SplittableRandom random = new SplittableRandom(SEED);
        final String[] drawn = new String[DRAWN];
        for (int i = 0; i < DRAWN; i++) {
            drawn[i] = names[random.nextInt(Math.min(among, names.length))];
        }
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.min(best, mean(lookup, drawn));
        }
        return best;
    }

    private double mean(final ToLongFunction<String> lookup, final String[] drawn) {
        final long start = clock.nanoTime();
        long count = 0;
        long now = start;
        while (now - start < roundNs) {
            for (final String name : drawn) {
                sum += lookup.applyAsLong(name);
            }
            count += drawn.length;
            now = clock.nanoTime();
        }
        return (double) (now - start) / count;
    }

    /** Something that depends on every lookup, so that none is left out. */
    long sum() {
        return sum;
    }

    /** What is live on the heap, bytes. */
    static long usedHeap() {
        final Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
