package io.tagma.engine.agent.registry;

/**
 * One change as watches tell it. Immutable.
 *
 * @param kind what happened
 * @param entry the entry as it is now; after {@link Kind#DOWN} as it was. Its revision is the change's: it grows from change to change of one
 *     name
 */
public record RegistryChange(Kind kind, RegistryEntry entry) {
    /** What happened to a name. */
    public enum Kind {
        /** A name that nobody had is there. */
        UP,
        /** The name is gone: unregistered, or its owner has ended. */
        DOWN,
        /** Another owner, other metadata or capabilities. */
        CHANGED;

        private static final Kind[] KINDS = values();

        static Kind of(final int ordinal) {
            return KINDS[ordinal];
        }
    }
}
