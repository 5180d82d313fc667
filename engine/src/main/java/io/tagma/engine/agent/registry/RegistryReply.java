package io.tagma.engine.agent.registry;

import org.jspecify.annotations.Nullable;

/**
 * Answer to one request. Immutable.
 *
 * @param code what came of it
 * @param entry the entry as it is now; the one in the way where the code is {@link RegistryCode#TAKEN} or
 *     {@link RegistryCode#NOT_OWNER}; the one that is gone after {@link RegistryCode#UNREGISTERED}; else null
 */
public record RegistryReply(RegistryCode code, @Nullable RegistryEntry entry) {
    static RegistryReply of(final RegistryCode code) {
        return new RegistryReply(code, null);
    }

    /** Whether what was asked for holds now. */
    public boolean done() {
        return code.done();
    }
}
