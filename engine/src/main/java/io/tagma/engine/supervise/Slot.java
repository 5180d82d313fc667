package io.tagma.engine.supervise;

import org.jspecify.annotations.Nullable;

/** A child's place with a supervisor: what it is made by, its present life, its count of lives. Owned by the supervising thread. */
final class Slot {
    /** What it does. */
    enum State {
        /** It runs. */
        RUNNING,
        /** It is to run again; a start has failed or is still to come. */
        RESTARTING,
        /** It does not run and waits for nothing: never started, ended as it should, declined, or stopped on request. */
        IDLE
    }

    final ChildSpec spec;
    State state = State.IDLE;

    @Nullable
    Child life;

    long incarnation;
    long restarts;
    boolean supervisor;
    String lastFailure = "";

    Slot(final ChildSpec spec) {
        this.spec = spec;
    }

    boolean runs() {
        return state == State.RUNNING;
    }
}
