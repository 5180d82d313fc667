package io.tagma.tools.chaos;

/** What of a fault is no matter of state, and so happens in a live run only. Called on shards' threads. */
public interface ChaosEffects {
    /** Nothing: what a replay needs. */
    ChaosEffects NONE = new ChaosEffects() {};

    /** An agent is about to do what the plan says. */
    default void strikes(final ChaosKind kind, final String agent, final long event) {}

    /** An agent is made, or made anew. */
    default void made(final String agent) {}

    /** Does not come back for a while. */
    default void hang(final long event) {}

    /** Allocates much. */
    default void allocate() {}
}
