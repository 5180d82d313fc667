package io.tagma.engine.agent;

/** Something around the calls to one agent that changes what it is asked or what it answers. Owned by the shard's thread. */
public interface AgentHook {
    /** Asks the agent for a bid. */
    long bid(Agent agent, Task task);

    /** Asks the agent how it will bid. */
    void requestBid(Agent agent, Task task, BidRequest request);

    /** Has the agent handle a task; the ballot is what counts for the decision. */
    void handle(Agent agent, Task task, Ballot ballot);

    /** What the agent itself said of the last task, in log-odds; NaN where nothing. */
    float ownLogOdds();

    /** The agent itself said nothing of the task in hand. */
    void silent();

    /** The agent has learnt this. */
    void learnt(Feedback feedback);
}
