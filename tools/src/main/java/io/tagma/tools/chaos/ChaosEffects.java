package io.tagma.tools.chaos;

import io.tagma.engine.resilience.IsolatedAgents;
import java.util.List;

/** What of a fault is no matter of state, and so happens in a live run only. Called on the threads of shards and isolated agents. */
public interface ChaosEffects {
    /** Nothing: what a replay needs. */
    ChaosEffects NONE = new ChaosEffects() {};

    /** An agent is about to do what the plan says; {@code shard} is its own, or the one that asked it. */
    default void strikes(final ChaosKind kind, final String agent, final long event, final int shard) {}

    /** An agent is made, or made anew. */
    default void made(final String agent) {}

    /** Does not come back for a while, on a shard's thread. */
    default void hang(final long event) {}

    /** Does not come back for long, on the thread of an isolated agent, and does not listen when it is interrupted. */
    default void hangIsolated(final long event) {}

    /** Allocates much. */
    default void allocate() {}

    /** The isolated agents are there. */
    default void opened(final IsolatedAgents isolated, final List<String> names) {}

    /** An isolated agent was asked about an event; or could not be, since too much was open. */
    default void asked(final long event, final boolean taken) {}

    /** One who was asked will not answer: {@code code} is one of {@link io.tagma.engine.agent.Answer}'s. {@code next}: another is asked. */
    default void passedOver(final long event, final int service, final int code, final boolean next) {}

    /** An isolated agent has answered. */
    default void looked(final long event, final int service) {}
}
