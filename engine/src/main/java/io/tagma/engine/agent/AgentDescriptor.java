package io.tagma.engine.agent;

import java.util.Map;
import java.util.Set;

/**
 * What the registry knows of an agent type. Immutable.
 *
 * @param name unique within an engine, 1 to 64 characters
 * @param capabilities what it can do; an intent names the one it needs
 * @param metadata free key and value pairs, searchable
 * @param shadow a shadow handles and learns like the rest but neither bids nor has a vote
 */
public record AgentDescriptor(String name, Set<String> capabilities, Map<String, String> metadata, boolean shadow) {
    private static final int MAX_NAME_LENGTH = 64;

    /** Checks the name and keeps unmodifiable copies. */
    public AgentDescriptor {
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("an agent's name must have 1 to 64 characters: '" + name + "'");
        }
        capabilities = Set.copyOf(capabilities);
        metadata = Map.copyOf(metadata);
    }

    /** An agent with a vote and no metadata. */
    public static AgentDescriptor of(final String name, final String... capabilities) {
        return new AgentDescriptor(name, Set.of(capabilities), Map.of(), false);
    }

    /** The same agent as a shadow. */
    public AgentDescriptor asShadow() {
        return new AgentDescriptor(name, capabilities, metadata, true);
    }
}
