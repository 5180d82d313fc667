package io.tagma.engine.supervise;

/** What a {@link SupervisorCore} wants done. */
sealed interface Action {
    /** Start a child; answer with started, declined or failed. */
    record Start(String id, int incarnation) implements Action {}

    /** Ask a child to end. */
    record Stop(String id, int incarnation) implements Action {}

    /** Make a child end that did not when asked. */
    record Force(String id, int incarnation) implements Action {}

    /** A child does not end though forced: go on without it. What it still says is ignored. */
    record Abandon(String id, int incarnation) implements Action {}

    /** Say {@link Event.Retry} after what is waiting by then. */
    record Again(String id, int incarnation) implements Action {}

    /** Answer a request. */
    record Answer(long ticket, Reply reply) implements Action {}

    /** All children are started. */
    record Up() implements Action {}

    /** All children are stopped; the supervisor ends. */
    record Down(Exit exit, String reason) implements Action {}
}
