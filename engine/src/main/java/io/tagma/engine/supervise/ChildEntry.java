package io.tagma.engine.supervise;

/** A child as its {@link SupervisorCore} keeps it. Owned by the core. */
final class ChildEntry {
    final ChildSpec spec;
    ChildState state = ChildState.STOPPED;
    int incarnation;
    int restarts;
    long sinceNs;
    /** Its end has come in but waits behind the operation under way. */
    boolean ended;
    /** It was told to stop, did not, and was forced. */
    boolean forced;

    String lastFailure = "";

    ChildEntry(final ChildSpec spec, final long nowNs) {
        this.spec = spec;
        this.sinceNs = nowNs;
    }

    void become(final ChildState next, final long nowNs) {
        state = next;
        sinceNs = nowNs;
    }

    /** Whether it must be stopped before its supervisor may go on. */
    boolean isAlive() {
        return state == ChildState.RUNNING || state == ChildState.STARTING || state == ChildState.STOPPING;
    }
}
