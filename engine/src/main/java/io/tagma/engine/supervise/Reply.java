package io.tagma.engine.supervise;

/** What became of a request to a supervisor. */
public enum Reply {
    /** Done. */
    OK,
    /** The child was asked to start and did not want to; its specification is kept unless it is temporary. */
    DECLINED,
    /** The child's start failed. A child that was being added is forgotten. */
    START_FAILED,
    /** No child has this id. */
    NOT_FOUND,
    /** A child with this id is there already. */
    ALREADY_PRESENT,
    /** The child runs; terminate it first. */
    RUNNING,
    /** The child is in the middle of being restarted; terminate it first. */
    RESTARTING,
    /** The supervisor is ending. */
    SHUTTING_DOWN
}
