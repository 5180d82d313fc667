package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.AgentDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where names, their owners and their leases are kept. Any thread may call any method.
 *
 * <p>A request ({@link #register}, {@link #unregister}, {@link #update}) is answered when it is decided, which may be on another thread, in
 * another process or behind a consensus: its effect on {@link #lookup} must not be counted on before. A refusal is an answer, never an
 * exception. Reads answer at once from what this process knows, without waiting for any writer; a caller that has seen its request answered
 * sees its effect. No stage may be completed while a lock or a writer's role is held, so that what depends on it may ask again.
 *
 * <p>Requests for one name are decided one after the other, in one order that every reader and watch sees. Of different names nothing is said.
 */
public interface RegistryBackend extends AutoCloseable {
    /** What this backend is called in configuration and messages, e.g. {@code heap}. */
    String kind();

    /**
     * Asks for a name. The same owner may ask again: with the same content nothing changes, with another the entry is updated. A dead owner's
     * entry is taken over, another live owner's is {@link RegistryCode#TAKEN}.
     *
     * @param wanted what to register; its revision does not count, its time is kept unless it is 0
     */
    CompletionStage<RegistryReply> register(RegistryEntry wanted);

    /** Gives a name back. */
    CompletionStage<RegistryReply> unregister(String namespace, String name, LeaseOwner owner);

    /** Gives an entry other metadata; all of it is replaced. */
    CompletionStage<RegistryReply> update(
            String namespace, String name, Map<String, String> metadata, LeaseOwner owner);

    /** The entry of a name, or null. */
    @Nullable
    RegistryEntry lookup(String namespace, String name);

    /** Hands over every entry, in no order. One that is registered or unregistered meanwhile may be among them or not. */
    void forEach(Consumer<RegistryEntry> consumer);

    /** Grows with each change, so that what was looked up before can be known as perhaps stale. */
    long version();

    /** Opens a watch at this moment, on one namespace or, with null, on all. */
    RegistryWatch watch(@Nullable String namespace);

    /**
     * Ends leases whose owner is dead. To be called each duty cycle, by one thread at a time.
     *
     * @return how many entries ended
     */
    int doWork();

    /** Counts since the backend was made. */
    RegistryStatistics statistics();

    /** Lets go of what is held; entries stay where others keep them. Idempotent. */
    @Override
    void close();

    /** Asks for a name from now on; see {@link #register(RegistryEntry)}. For what is no engine's agent. */
    default CompletionStage<RegistryReply> register(
            final String namespace, final AgentDescriptor descriptor, final LeaseOwner owner) {
        return register(new RegistryEntry(namespace, descriptor, RegistryEntry.NO_NUMBER, owner, 0, 0));
    }

    /** How many entries a namespace has. */
    default int count(final String namespace) {
        final int[] count = new int[1];
        forEach(entry -> {
            if (entry.namespace().equals(namespace)) {
                count[0]++;
            }
        });
        return count[0];
    }

    /** The entries of a namespace whose metadata holds all these pairs, by name. */
    default List<RegistryEntry> find(final String namespace, final Map<String, String> wanted) {
        return select(
                this,
                entry -> entry.namespace().equals(namespace)
                        && entry.descriptor().metadata().entrySet().containsAll(wanted.entrySet()));
    }

    /** The entries of a namespace that have a capability, by name. */
    default List<RegistryEntry> capable(final String namespace, final String capability) {
        return select(
                this,
                entry -> entry.namespace().equals(namespace)
                        && entry.descriptor().capabilities().contains(capability));
    }

    private static List<RegistryEntry> select(final RegistryBackend backend, final Predicate<RegistryEntry> wanted) {
        final List<RegistryEntry> found = new ArrayList<>();
        backend.forEach(entry -> {
            if (wanted.test(entry)) {
                found.add(entry);
            }
        });
        found.sort(Comparator.comparing(RegistryEntry::name));
        return found;
    }
}
