package io.tagma.store;

import org.jspecify.annotations.Nullable;

/**
 * What opening, attaching or closing a store throws: the message names the file, what was found, what was expected and the
 * way out. Once a store is open and in use, outcomes are {@link StoreCode codes}; there it is thrown only where the shard cannot go
 * on: the archive's files cannot be used, or a row of it is damaged.
 */
public sealed class StoreException extends RuntimeException permits DirectoryHeldException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for an operator. */
    public StoreException(final String message) {
        super(message);
    }

    /** With a message fit for an operator and what lies beneath it. */
    public StoreException(final String message, final @Nullable Throwable cause) {
        super(message, cause);
    }
}
