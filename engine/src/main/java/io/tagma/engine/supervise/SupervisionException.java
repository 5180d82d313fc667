package io.tagma.engine.supervise;

import org.jspecify.annotations.Nullable;

/** A supervisor could not do what it was asked, or gave up. */
public final class SupervisionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what happened, and why. */
    public SupervisionException(final String message, final @Nullable Throwable cause) {
        super(message, cause);
    }
}
