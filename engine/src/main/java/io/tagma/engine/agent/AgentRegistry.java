package io.tagma.engine.agent;

import io.tagma.engine.ingest.Subjects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The engine's agents by name, capability and metadata, in partitions by hash of the name. Any thread may look up without
 * waiting (each partition is one volatile immutable map); registering replaces the map of one partition, one writer at a
 * time. Bounded: a full registry refuses.
 */
public final class AgentRegistry {
    /** How many partitions there are. */
    public static final int PARTITIONS = 4;

    /**
     * One registered agent.
     *
     * @param agentId its number, dense from 0 in order of registration
     * @param descriptor what it says of itself
     */
    public record Entry(int agentId, AgentDescriptor descriptor) {}

    private final Partition[] partitions = new Partition[PARTITIONS];
    private final AtomicLong version = new AtomicLong();
    private final int maxAgents;
    private int count;

    /** An empty registry for at most {@code maxAgents} agents. */
    public AgentRegistry(final int maxAgents) {
        this.maxAgents = maxAgents;
        for (int i = 0; i < PARTITIONS; i++) {
            partitions[i] = new Partition();
        }
    }

    /**
     * Registers an agent; the same descriptor under the same name again is the same registration.
     *
     * @return its number
     * @throws IllegalArgumentException when the name is taken by another descriptor, or the registry is full
     */
    public synchronized int register(final AgentDescriptor descriptor) {
        final Partition partition = partitionOf(descriptor.name());
        final Entry present = partition.byName.get(descriptor.name());
        if (present != null) {
            if (present.descriptor().equals(descriptor)) {
                return present.agentId();
            }
            throw new IllegalArgumentException("agent name '" + descriptor.name()
                    + "' is taken by an agent with other capabilities; give this one another name");
        }
        if (count == maxAgents) {
            throw new IllegalArgumentException("registry is full at " + maxAgents
                    + " agents; raise maxAgents to register '" + descriptor.name() + "'");
        }
        partition.put(new Entry(count++, descriptor));
        version.incrementAndGet();
        return count - 1;
    }

    /** The agent of a name. */
    public Optional<Entry> lookup(final String name) {
        return Optional.ofNullable(partitionOf(name).byName.get(name));
    }

    /** The agents that have a capability, by number. Allocates; shards keep the answer in a candidate index. */
    public List<Entry> withCapability(final String capability) {
        return select(entry -> entry.descriptor().capabilities().contains(capability));
    }

    /** The agents whose metadata holds all these pairs, by number. */
    public List<Entry> withMetadata(final Map<String, String> wanted) {
        return select(entry -> entry.descriptor().metadata().entrySet().containsAll(wanted.entrySet()));
    }

    /** All agents, by number. */
    public List<Entry> all() {
        return select(entry -> true);
    }

    /** Grows with every change, so that a cached answer can be known as stale. */
    public long version() {
        return version.get();
    }

    /** How many agents partition {@code i} holds. */
    public int partitionSize(final int i) {
        return partitions[i].byName.size();
    }

    private List<Entry> select(final java.util.function.Predicate<Entry> wanted) {
        final List<Entry> found = new ArrayList<>();
        for (final Partition partition : partitions) {
            partition.byName.values().stream().filter(wanted).forEach(found::add);
        }
        found.sort(Comparator.comparingInt(Entry::agentId));
        return found;
    }

    private Partition partitionOf(final String name) {
        return partitions[(int) (Subjects.mix(name.hashCode()) >>> 62) & (PARTITIONS - 1)];
    }

    /** Agents whose names hash alike. Written under the registry's lock, read by anyone. */
    private static final class Partition {
        private volatile Map<String, Entry> byName = Map.of();

        private void put(final Entry entry) {
            final Map<String, Entry> next = new LinkedHashMap<>(byName);
            next.put(entry.descriptor().name(), entry);
            byName = Map.copyOf(next);
        }
    }
}
