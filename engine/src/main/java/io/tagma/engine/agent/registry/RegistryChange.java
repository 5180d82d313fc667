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
        UP(0),
        /** The name is gone: unregistered, or its owner has ended. */
        DOWN(1),
        /** Another owner, other metadata or capabilities. */
        CHANGED(2);

        private static final Kind[] KINDS = values();

        private final int code;

        Kind(final int code) {
            this.code = code;
        }

        /** What stands for it in a file: its place, from 0. */
        int code() {
            return code;
        }

        static Kind of(final int code) {
            return KINDS[code];
        }
    }
}
