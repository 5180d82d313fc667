package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.AgentDescriptor;
import java.util.Map;

/**
 * One registered name: what it says of itself, who owns it, since when. Immutable. Two entries are equal when they say the same; revision and
 * time of registration are a backend's own and do not count.
 */
public final class RegistryEntry {
    /** Most characters of a namespace. */
    public static final int MAX_NAMESPACE_LENGTH = 64;

    /** The number of what is no engine's agent. */
    public static final int NO_NUMBER = -1;

    private final int hash;
    private final String namespace;
    private final String name;
    private final AgentDescriptor descriptor;
    private final int number;
    private final LeaseOwner owner;
    private final long revision;
    private final long sinceMs;

    /**
     * An entry.
     *
     * @param namespace 1 to 64 characters; the same name may stand in several
     * @param descriptor name, capabilities and metadata
     * @param number of the agent in its engine, or -1 where it is no engine's agent
     * @param owner with whom the entry ends
     * @param revision grows with each change of the name; 0 before a backend has taken the entry
     * @param sinceMs when this owner got the name, epoch ms
     */
    public RegistryEntry(
            final String namespace,
            final AgentDescriptor descriptor,
            final int number,
            final LeaseOwner owner,
            final long revision,
            final long sinceMs) {
        if (namespace.isBlank() || namespace.length() > MAX_NAMESPACE_LENGTH) {
            throw new IllegalArgumentException("a namespace must have 1 to 64 characters: '" + namespace + "'");
        }
        this.hash = hash(namespace, descriptor.name());
        this.namespace = namespace;
        this.name = descriptor.name();
        this.descriptor = descriptor;
        this.number = number;
        this.owner = owner;
        this.revision = revision;
        this.sinceMs = sinceMs;
    }

    /** Hash of a name in a namespace, well mixed; the same in every process. */
    public static int hash(final String namespace, final String name) {
        // Two multiplications and shifts of MurmurHash3's finaliser: neighbours in name get places far apart.
        int h = 31 * namespace.hashCode() + name.hashCode();
        h = (h ^ (h >>> 16)) * 0x85ebca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2ae35;
        return h ^ (h >>> 16);
    }

    boolean is(final String wantedNamespace, final String wantedName) {
        return name.equals(wantedName) && namespace.equals(wantedNamespace);
    }

    int hash() {
        return hash;
    }

    /** Where the name stands. */
    public String namespace() {
        return namespace;
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** Name, capabilities, metadata. */
    public AgentDescriptor descriptor() {
        return descriptor;
    }

    /** Number of the agent in its engine, or -1. */
    public int number() {
        return number;
    }

    /** With whom the entry ends. */
    public LeaseOwner owner() {
        return owner;
    }

    /** Grows with each change of this name. */
    public long revision() {
        return revision;
    }

    /** When this owner got the name, epoch ms. */
    public long sinceMs() {
        return sinceMs;
    }

    RegistryEntry taken(final long newRevision, final long newSinceMs) {
        return new RegistryEntry(namespace, descriptor, number, owner, newRevision, newSinceMs);
    }

    RegistryEntry withMetadata(final Map<String, String> metadata) {
        final AgentDescriptor changed =
                new AgentDescriptor(name, descriptor.capabilities(), metadata, descriptor.shadow());
        return new RegistryEntry(namespace, changed, number, owner, revision, sinceMs);
    }

    boolean saysTheSameAs(final RegistryEntry other) {
        return number == other.number && descriptor.equals(other.descriptor) && namespace.equals(other.namespace);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof RegistryEntry that && saysTheSameAs(that) && owner.equals(that.owner);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return namespace + '/' + name + ' ' + descriptor.capabilities() + ' ' + descriptor.metadata() + " of " + owner
                + " r" + revision;
    }
}
