package io.tagma.engine.supervise;

/** A child's way to say that it ended in order though nobody asked: {@link Exit#SHUTDOWN}. A supervisor that gives up says so. */
public final class ShutdownException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the reason that the tree will show. */
    public ShutdownException(final String reason) {
        super(reason, null, false, false);
    }
}
