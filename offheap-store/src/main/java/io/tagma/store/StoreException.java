package io.tagma.store;

import org.jspecify.annotations.Nullable;

/**
 * What opening, attaching or closing a store throws: the message names the file, what was found, what was expected and the
 * way out. Never thrown once a store is open and in use; there, outcomes are {@link StoreCode codes}.
 */
public final class StoreException extends RuntimeException {
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
