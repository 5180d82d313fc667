package io.tagma.engine.supervise;

/** How a child ended. */
public enum Exit {
    /** Its work is done. */
    NORMAL,
    /** It was told to, or is a supervisor that gave up: orderly, though not wanted by its supervisor. */
    SHUTDOWN,
    /** It threw. */
    FAILURE
}
