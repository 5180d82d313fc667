package io.tagma.engine.agent;

import io.tagma.engine.council.variable.VariableProposal;
import io.tagma.engine.council.variable.VariableVote;

/**
 * One member of a team: bids for tasks, handles them, learns from outcomes. One instance a shard, called by that shard's
 * thread alone, so an agent needs no lock.
 *
 * <p>An agent is a function of what it is called with: it reads no clock, no randomness and no outside service, or a
 * replay will not give its decisions again. What it learns it keeps in the {@linkplain AgentContext#memory(int) memory}
 * that the engine gives it, which outlives a restart of the agent and is part of the state hash.
 *
 * <p>On the hot path ({@link #bid}, {@link #handle}, {@link #learn}) an agent must not allocate, block or log. One that
 * throws costs its task: the fault is journaled and the agent made anew.
 */
public interface Agent {
    /** A bid that says: not for me. */
    long DECLINE = Long.MIN_VALUE;

    /**
     * A sealed bid for a task, asked only where the intent is auctioned.
     *
     * @return what handling this task is worth, in micro-credits, 0 or more; or {@link #DECLINE}
     */
    default long bid(final Task task) {
        return 0;
    }

    /**
     * Says how this agent will bid, asked only where the intent {@linkplain io.tagma.engine.intent.IntentSpec#asked awaits bids}: at once by
     * {@link BidRequest#post}, or by somebody outside the shard whom {@link BidRequest#ask} names, for instance an {@link IsolatedAgent} that
     * answers {@link IsolatedReply#bidMicros}. Whoever bids, this agent handles the task where the bid wins.
     */
    default void requestBid(final Task task, final BidRequest request) {
        request.post(bid(task));
    }

    /** Handles a task, or casts a ballot on it: sets at least {@link Ballot#logOdds(float)}. */
    void handle(Task task, Ballot ballot);

    /** Learns from the outcome of a task that this agent handled. */
    default void learn(final Feedback feedback) {}

    /** Receives a message of another agent. */
    default void onMessage(final AgentMessage message) {}

    /**
     * Votes on a change of a variable that concerns this agent. Asked on every shard, once a proposal; each instance's vote counts. Rare:
     * may allocate.
     */
    default VariableVote vote(final VariableProposal proposal) {
        return VariableVote.AGREE;
    }

    /** A timer set through {@link AgentContext#scheduleAt} is due. */
    default void onTimer(final long timerId, final long timeNs) {}

    /** The answer to what this agent {@linkplain AgentContext#ask asked}: exactly one a request, perhaps that there is none. */
    default void onAnswer(final Answer answer) {}

    /** Says what weighed how much in {@link #handle} of this task. Off the hot path, in a replay; may allocate. */
    default void explain(final Task task, final Explanation explanation) {}
}
