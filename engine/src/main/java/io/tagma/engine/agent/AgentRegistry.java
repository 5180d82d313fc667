package io.tagma.engine.agent;

import io.tagma.engine.agent.registry.HeapRegistry;
import io.tagma.engine.agent.registry.LeaseOwner;
import io.tagma.engine.agent.registry.RegistryBackend;
import io.tagma.engine.agent.registry.RegistryCode;
import io.tagma.engine.agent.registry.RegistryEntry;
import io.tagma.engine.agent.registry.RegistryReply;
import io.tagma.engine.agent.registry.SwitchableRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochClock;

/**
 * The engine's agents by name, capability and metadata: the namespace {@value #NAMESPACE} of a registry, whose backend can be exchanged while the
 * engine runs. Any thread may look up; registering waits for the backend's answer. What other processes register there is found too, but has no
 * number. Bounded: a full registry refuses.
 */
public final class AgentRegistry implements AutoCloseable {
    /** Where an engine's agents stand. */
    public static final String NAMESPACE = "agents";

    private static final int HEAP_PARTITIONS = 4;
    private static final long ANSWER_SECONDS = 10;

    /**
     * One registered agent.
     *
     * @param agentId its number, dense from 0 in order of registration
     * @param descriptor what it says of itself
     */
    public record Entry(int agentId, AgentDescriptor descriptor) {}

    private final SwitchableRegistry backend;
    private final LeaseOwner owner = LeaseOwner.thisProcess();
    private final int maxAgents;
    private int count;

    /** An empty registry on the heap for at most {@code maxAgents} agents. */
    public AgentRegistry(final int maxAgents) {
        this(new HeapRegistry(maxAgents, HEAP_PARTITIONS, SystemEpochClock.INSTANCE), maxAgents);
    }

    /** A registry of at most {@code maxAgents} agents of this process over a backend, which is closed with it. */
    public AgentRegistry(final RegistryBackend backend, final int maxAgents) {
        this.backend = new SwitchableRegistry(backend);
        this.maxAgents = maxAgents;
    }

    /**
     * Registers an agent; the same descriptor under the same name again is the same registration.
     *
     * @return its number
     * @throws IllegalArgumentException when the name is taken by another descriptor or a live process, or the registry is full
     */
    public synchronized int register(final AgentDescriptor descriptor) {
        final String name = descriptor.name();
        final RegistryEntry present = backend.lookup(NAMESPACE, name);
        if (present != null && present.owner().equals(owner)) {
            if (present.descriptor().equals(descriptor)) {
                return present.number();
            }
            throw new IllegalArgumentException("agent name '" + name
                    + "' is taken by an agent with other capabilities; give this one another name");
        }
        if (count == maxAgents) {
            throw full(name);
        }
        final RegistryReply reply =
                await(backend.register(new RegistryEntry(NAMESPACE, descriptor, count, owner, 0, 0)));
        if (reply.done()) {
            return count++;
        }
        throw switch (reply.code()) {
            case FULL -> full(name);
            case TAKEN ->
                new IllegalArgumentException("agent name '" + name + "' is taken in this engine's registry by "
                        + Optional.ofNullable(reply.entry())
                                .map(entry -> entry.owner().toString())
                                .orElse("another owner")
                        + "; end it, or give this agent another name");
            case TOO_LONG ->
                new IllegalArgumentException("agent '" + name
                        + "' has more capabilities and metadata than the shared registry has room for, about 900 bytes:"
                        + " shorten them, or use RegistryConfig.heap()");
            default ->
                new IllegalArgumentException("agent '" + name + "' cannot be registered: the " + backend.kind()
                        + " registry answers " + reply.code());
        };
    }

    private IllegalArgumentException full(final String name) {
        return new IllegalArgumentException(
                "registry is full at " + count + " agents; raise maxAgents to register '" + name + "'");
    }

    private static RegistryReply await(final CompletionStage<RegistryReply> stage) {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (final CompletionException e) {
            throw new IllegalArgumentException("the registry did not answer within " + ANSWER_SECONDS + " s", e);
        }
    }

    /** The agent of a name. */
    public Optional<Entry> lookup(final String name) {
        return Optional.ofNullable(backend.lookup(NAMESPACE, name)).map(AgentRegistry::entry);
    }

    /** The agents that have a capability, by number. Allocates; shards keep the answer in a candidate index. */
    public List<Entry> withCapability(final String capability) {
        return byNumber(backend.capable(NAMESPACE, capability));
    }

    /** The agents whose metadata holds all these pairs, by number. */
    public List<Entry> withMetadata(final Map<String, String> wanted) {
        return byNumber(backend.find(NAMESPACE, wanted));
    }

    /** All agents, by number. */
    public List<Entry> all() {
        return withMetadata(Map.of());
    }

    private static List<Entry> byNumber(final List<RegistryEntry> found) {
        return found.stream()
                .map(AgentRegistry::entry)
                .sorted(Comparator.comparingInt(Entry::agentId))
                .toList();
    }

    private static Entry entry(final RegistryEntry entry) {
        return new Entry(entry.number(), entry.descriptor());
    }

    /** Grows with every change, so that a cached answer can be known as stale. */
    public long version() {
        return backend.version();
    }

    /** What the registry stands on: for watches, other namespaces, and an exchange of the backend. */
    public SwitchableRegistry backend() {
        return backend;
    }

    /** Takes this process's agents out and closes the backend. Idempotent. */
    @Override
    public synchronized void close() {
        for (final RegistryEntry entry : backend.find(NAMESPACE, Map.of())) {
            if (entry.owner().equals(owner)) {
                final RegistryReply reply = await(backend.unregister(NAMESPACE, entry.name(), owner));
                if (reply.code() == RegistryCode.CLOSED) {
                    break;
                }
            }
        }
        backend.close();
    }
}
