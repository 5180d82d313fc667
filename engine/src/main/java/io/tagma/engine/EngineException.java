package io.tagma.engine;

/** Something about an engine's setting, directory or journal that stops it; the message names the thing, the value and the way out. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for the operator. */
    public EngineException(final String message) {
        super(message);
    }

    /** With a message for the operator and what caused it. */
    public EngineException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
