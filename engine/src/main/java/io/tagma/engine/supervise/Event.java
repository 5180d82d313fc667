package io.tagma.engine.supervise;

/** What a {@link SupervisorCore} is told. Ends and starts carry the incarnation they are of, so that late news is known. */
sealed interface Event {
    /** Start all children, in order. */
    record Begin() implements Event {}

    /** A child's start succeeded. */
    record Started(String id, int incarnation) implements Event {}

    /** A child does not want to run; nothing is wrong. */
    record Declined(String id, int incarnation) implements Event {}

    /** A child's start failed; it does not run. */
    record StartFailed(String id, int incarnation, String reason) implements Event {}

    /** A child ended, asked or not. */
    record Ended(String id, int incarnation, Exit exit, String reason) implements Event {}

    /** Another try at a child whose start failed; see {@link Action.Again}. */
    record Retry(String id, int incarnation) implements Event {}

    /** Time has passed. */
    record Tick() implements Event {}

    /** Stop all children in reverse order, then end. */
    record Shutdown() implements Event {}

    /** What a caller asks for; answered by an {@link Action.Answer} with the same ticket. */
    sealed interface Request extends Event {
        /** The caller's number for it. */
        long ticket();
    }

    /** Add a child and start it. */
    record Add(long ticket, ChildSpec spec) implements Request {}

    /** Stop a child and keep its specification, unless it is temporary. */
    record Terminate(long ticket, String id) implements Request {}

    /** Start a child that was terminated, ended or declined. */
    record StartAgain(long ticket, String id) implements Request {}

    /** Forget a child that does not run. */
    record Delete(long ticket, String id) implements Request {}
}
