package io.tagma.engine.supervise;

/** What a {@link SupervisorCore} is in the middle of. */
enum Phase {
    NEW,
    /** Its first children start. */
    BEGINNING,
    /** Nothing is awaited. */
    IDLE,
    RESTARTING,
    ADDING,
    STARTING_AGAIN,
    TERMINATING,
    /** Its children stop for good. */
    ENDING,
    ENDED
}
