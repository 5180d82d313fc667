package io.tagma.engine.supervise;

/** Where a child stands in the eyes of its supervisor. */
public enum ChildState {
    /** Its start is awaited. */
    STARTING,
    /** It started and has not ended. */
    RUNNING,
    /** It was told to stop and has not ended. */
    STOPPING,
    /** It should run, its start failed, and another try is due. */
    RESTARTING,
    /** It does not run: it declined, ended by itself, was terminated, or waits for its turn in a group restart. */
    STOPPED
}
