package io.tagma.engine.agent.registry;

import io.tagma.store.OwnerOnly;
import io.tagma.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.concurrent.EpochClock;

/**
 * Which backend keeps an engine's registry. Immutable.
 *
 * @param backend {@code heap}, seen by this process alone, or {@code shared}, a mapped file in the engine's directory
 * @param capacity most names, those of other processes included
 * @param partitions of the heap backend: how many writers there may be at a time, a power of two up to 64
 */
public record RegistryConfig(String backend, int capacity, int partitions) {
    private static final int MOST = 1 << 20;
    private static final int MOST_PARTITIONS = 64;
    private static final int DEFAULT_CAPACITY = 6144;
    private static final int SHARED_CAPACITY = 384;
    private static final int DEFAULT_PARTITIONS = 4;
    private static final String DIRECTORY = "registry";
    private static final String FILE = "agents";

    /** Rejects what cannot work. */
    public RegistryConfig {
        if (!List.of(HeapRegistry.KIND, SharedRegistry.KIND).contains(backend)) {
            throw new IllegalArgumentException("tagma.registry must be heap or shared: " + backend);
        }
        if (capacity < 1 || capacity > MOST) {
            throw new IllegalArgumentException("tagma.registry.capacity must be 1 to " + MOST + ": " + capacity);
        }
        if (!BitUtil.isPowerOfTwo(partitions) || partitions > MOST_PARTITIONS) {
            throw new IllegalArgumentException(
                    "tagma.registry.partitions must be a power of two up to " + MOST_PARTITIONS + ": " + partitions);
        }
    }

    /** On the heap: what an engine does unless told otherwise. */
    public static RegistryConfig heap() {
        return new RegistryConfig(HeapRegistry.KIND, DEFAULT_CAPACITY, DEFAULT_PARTITIONS);
    }

    /** In a mapped file: {@code tagma registry} and other processes see it. */
    public static RegistryConfig shared() {
        return new RegistryConfig(SharedRegistry.KIND, SHARED_CAPACITY, DEFAULT_PARTITIONS);
    }

    /** The same with room for at least so many names. */
    public RegistryConfig atLeast(final int names) {
        return new RegistryConfig(backend, Math.max(capacity, names), partitions);
    }

    /** Where the shared registry of an engine's directory is. */
    public static Path sharedFile(final Path engineDirectory) {
        return engineDirectory.resolve(DIRECTORY).resolve(FILE);
    }

    /**
     * Opens the backend.
     *
     * @param engineDirectory held by this process
     * @throws StoreException when the file cannot be made
     */
    public RegistryBackend open(final Path engineDirectory, final EpochClock clock) {
        if (backend.equals(HeapRegistry.KIND)) {
            return new HeapRegistry(capacity, partitions, clock);
        }
        final Path file = sharedFile(engineDirectory);
        OwnerOnly.directory(engineDirectory.resolve(DIRECTORY));
        return SharedRegistry.open(file, capacity, clock);
    }
}
