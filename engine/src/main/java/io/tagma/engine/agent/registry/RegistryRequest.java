package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.registry.RegistryChange.Kind;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request and, once decided, its answer. Made by the caller, decided by the writer of its name, which alone sets the answer. */
abstract sealed class RegistryRequest {
    final String namespace;
    final String name;
    final LeaseOwner owner;
    final CompletableFuture<RegistryReply> answer = new CompletableFuture<>();
    private @Nullable RegistryReply reply;

    private RegistryRequest(final String namespace, final String name, final LeaseOwner owner) {
        this.namespace = namespace;
        this.name = name;
        this.owner = owner;
    }

    /** What a backend is to do. */
    record Verdict(
            RegistryCode code,
            @Nullable Kind change,
            @Nullable RegistryEntry entry) {
        private static Verdict as(final RegistryCode code, final @Nullable RegistryEntry present) {
            return new Verdict(code, null, present);
        }
    }

    /**
     * Decides: a function of what is there and of who is alive.
     *
     * @param present the entry of that name, or null
     * @return with a change, the entry to be put there, or to be taken away where the change is {@link Kind#DOWN}; its revision and a time of 0
     *     are the backend's to set
     */
    abstract Verdict decide(@Nullable RegistryEntry present);

    final int hash() {
        return RegistryEntry.hash(namespace, name);
    }

    final void decided(final RegistryReply decision) {
        reply = decision;
    }

    /** Tells the caller; not while a writer's role is held. */
    final void complete() {
        answer.complete(reply);
    }

    /** See {@link RegistryBackend#register(RegistryEntry)}. */
    static final class Register extends RegistryRequest {
        private final RegistryEntry wanted;

        Register(final RegistryEntry wanted) {
            super(wanted.namespace(), wanted.name(), wanted.owner());
            this.wanted = wanted;
        }

        @Override
        Verdict decide(final @Nullable RegistryEntry present) {
            if (!owner.isAlive()) {
                return Verdict.as(RegistryCode.OWNER_DEAD, present);
            }
            if (present == null) {
                return new Verdict(RegistryCode.REGISTERED, Kind.UP, wanted);
            }
            if (present.owner().equals(owner)) {
                return present.saysTheSameAs(wanted)
                        ? Verdict.as(RegistryCode.UNCHANGED, present)
                        : new Verdict(RegistryCode.UPDATED, Kind.CHANGED, wanted.taken(0, present.sinceMs()));
            }
            return present.owner().isAlive()
                    ? Verdict.as(RegistryCode.TAKEN, present)
                    : new Verdict(RegistryCode.REPLACED, Kind.CHANGED, wanted);
        }
    }

    /** See {@link RegistryBackend#unregister}. */
    static final class Unregister extends RegistryRequest {
        Unregister(final String namespace, final String name, final LeaseOwner owner) {
            super(namespace, name, owner);
        }

        @Override
        Verdict decide(final @Nullable RegistryEntry present) {
            if (present == null) {
                return Verdict.as(RegistryCode.NOT_FOUND, null);
            }
            return present.owner().equals(owner)
                    ? new Verdict(RegistryCode.UNREGISTERED, Kind.DOWN, present)
                    : Verdict.as(RegistryCode.NOT_OWNER, present);
        }
    }

    /** See {@link RegistryBackend#update}. */
    static final class Update extends RegistryRequest {
        private final Map<String, String> metadata;

        Update(final String namespace, final String name, final Map<String, String> metadata, final LeaseOwner owner) {
            super(namespace, name, owner);
            this.metadata = Map.copyOf(metadata);
        }

        @Override
        Verdict decide(final @Nullable RegistryEntry present) {
            if (present == null) {
                return Verdict.as(RegistryCode.NOT_FOUND, null);
            }
            if (!present.owner().equals(owner)) {
                return Verdict.as(RegistryCode.NOT_OWNER, present);
            }
            return present.descriptor().metadata().equals(metadata)
                    ? Verdict.as(RegistryCode.UNCHANGED, present)
                    : new Verdict(RegistryCode.UPDATED, Kind.CHANGED, present.withMetadata(metadata));
        }
    }
}
