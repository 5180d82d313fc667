package io.tagma.engine.agent.registry;

/** What came of a request to a registry. */
public enum RegistryCode {
    /** The name was free. */
    REGISTERED(true),
    /** The same owner had registered the same before: nothing changed. */
    UNCHANGED(true),
    /** The same owner's entry says something else now. */
    UPDATED(true),
    /** The owner before was dead; the name is the new owner's. */
    REPLACED(true),
    /** The entry is gone. */
    UNREGISTERED(true),
    /** Another owner that is alive has the name. */
    TAKEN(false),
    /** There is no entry of this name. */
    NOT_FOUND(false),
    /** The entry belongs to another owner. */
    NOT_OWNER(false),
    /** The owner's lease is over: it may hold nothing any more. */
    OWNER_DEAD(false),
    /** No room for another entry. */
    FULL(false),
    /** The entry has more bytes than this backend has room for. */
    TOO_LONG(false),
    /** The backend did not answer in time; what was asked for did not happen. */
    BUSY(false),
    /** The backend is closed, or was opened for reading only. */
    CLOSED(false);

    private final boolean done;

    RegistryCode(final boolean done) {
        this.done = done;
    }

    /** Whether what was asked for holds now. */
    public boolean done() {
        return done;
    }
}
