package io.tagma.engine.agent.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.BitUtil;
import org.agrona.concurrent.EpochClock;
import org.jspecify.annotations.Nullable;

/**
 * A registry on the heap of one process, in partitions by hash of the name, each with one writer at a time. Any thread; reads wait for nobody and
 * allocate nothing. A request is answered before {@link #register} and its like return, unless another thread is deciding one of the same partition.
 *
 * <p>A death shows when {@link #doWork} is next called, or when another owner asks for the name.
 */
public final class HeapRegistry implements RegistryBackend {
    /** What configuration calls it. */
    public static final String KIND = "heap";

    private final HeapPartition[] partitions;
    private final int capacity;
    private final int shift;

    /**
     * An empty registry.
     *
     * @param capacity most names
     * @param partitions how many writers there may be at a time, a power of two up to 64
     * @param clock for the times of registration
     */
    public HeapRegistry(final int capacity, final int partitions, final EpochClock clock) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a registry's capacity must be 1 or more: " + capacity);
        }
        if (!BitUtil.isPowerOfTwo(partitions) || partitions > 64) {
            throw new IllegalArgumentException(
                    "a registry's partitions must be a power of two up to 64, e.g. 4: " + partitions);
        }
        this.capacity = capacity;
        this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(partitions);
        this.partitions = new HeapPartition[partitions];
        final AtomicInteger free = new AtomicInteger(capacity);
        for (int i = 0; i < partitions; i++) {
            this.partitions[i] = new HeapPartition(free, clock);
        }
    }

    // The high bits choose the partition, the low ones the place in it. A shift by 32 would be one by 0.
    private HeapPartition partition(final int hash) {
        return partitions[partitions.length == 1 ? 0 : hash >>> shift];
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public CompletionStage<RegistryReply> register(final RegistryEntry wanted) {
        return submit(new RegistryRequest.Register(wanted));
    }

    @Override
    public CompletionStage<RegistryReply> unregister(
            final String namespace, final String name, final LeaseOwner owner) {
        return submit(new RegistryRequest.Unregister(namespace, name, owner));
    }

    @Override
    public CompletionStage<RegistryReply> update(
            final String namespace, final String name, final Map<String, String> metadata, final LeaseOwner owner) {
        return submit(new RegistryRequest.Update(namespace, name, metadata, owner));
    }

    private CompletionStage<RegistryReply> submit(final RegistryRequest request) {
        partition(request.hash()).submit(request);
        return request.answer;
    }

    @Override
    public @Nullable RegistryEntry lookup(final String namespace, final String name) {
        final int hash = RegistryEntry.hash(namespace, name);
        return partition(hash).table().get(hash, namespace, name);
    }

    @Override
    public void forEach(final Consumer<RegistryEntry> consumer) {
        for (final HeapPartition partition : partitions) {
            partition.table().forEach(consumer);
        }
    }

    @Override
    public List<RegistryEntry> find(final String namespace, final Map<String, String> wanted) {
        if (wanted.isEmpty()) {
            return RegistryBackend.super.find(namespace, wanted);
        }
        final List<RegistryEntry> found = new ArrayList<>();
        for (final HeapPartition partition : partitions) {
            partition.index().find(namespace, wanted, found);
        }
        return newest(found);
    }

    @Override
    public List<RegistryEntry> capable(final String namespace, final String capability) {
        final List<RegistryEntry> found = new ArrayList<>();
        for (final HeapPartition partition : partitions) {
            partition.index().capable(namespace, capability, found);
        }
        return newest(found);
    }

    /** By name; of an entry that was changed meanwhile and so was met twice, the newer version. */
    private static List<RegistryEntry> newest(final List<RegistryEntry> found) {
        found.sort(Comparator.comparing(RegistryEntry::name).thenComparingLong(entry -> -entry.revision()));
        for (int i = found.size() - 1; i > 0; i--) {
            if (Objects.equals(found.get(i).name(), found.get(i - 1).name())) {
                found.remove(i);
            }
        }
        return found;
    }

    @Override
    public long version() {
        long sum = 0;
        for (final HeapPartition partition : partitions) {
            sum += partition.changes().sequence();
        }
        return sum;
    }

    @Override
    public RegistryWatch watch(final @Nullable String namespace) {
        return new Watch(namespace);
    }

    @Override
    public int doWork() {
        int ended = 0;
        for (final HeapPartition partition : partitions) {
            ended += partition.expire();
        }
        return ended;
    }

    /** How many partitions there are. */
    public int partitions() {
        return partitions.length;
    }

    /** How many entries partition {@code i} has. */
    public int partitionSize(final int i) {
        return partitions[i].size();
    }

    @Override
    public RegistryStatistics statistics() {
        RegistryStatistics sum = new RegistryStatistics(0, capacity, 0, 0, 0, 0, 0, 0, 0);
        for (final HeapPartition partition : partitions) {
            sum = sum.plus(partition.statistics());
        }
        return sum;
    }

    @Override
    public void close() {
        // there is nothing that outlives the object
    }

    /** A position in the changes of each partition. */
    private final class Watch implements RegistryWatch {
        private final @Nullable String namespace;
        private final long[] seen = new long[partitions.length];

        private Watch(final @Nullable String namespace) {
            this.namespace = namespace;
            for (int i = 0; i < seen.length; i++) {
                seen[i] = partitions[i].changes().sequence();
            }
        }

        @Override
        public int poll(final Listener listener, final int limit) {
            int told = 0;
            for (int i = 0; i < seen.length; i++) {
                final ChangeRing ring = partitions[i].changes();
                final long newest = ring.sequence();
                while (seen[i] < newest && told < limit) {
                    final RegistryChange change = ring.get(++seen[i]);
                    if (change == null) {
                        seen[i] = ring.sequence();
                        listener.onLost();
                        told++;
                        break;
                    }
                    if (namespace == null || namespace.equals(change.entry().namespace())) {
                        listener.onChange(change);
                        told++;
                    }
                }
            }
            return told;
        }

        @Override
        public void close() {
            // a position is all it is
        }
    }
}
