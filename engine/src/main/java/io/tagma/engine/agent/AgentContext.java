package io.tagma.engine.agent;

import io.tagma.engine.kernel.Kernels;
import org.agrona.DirectBuffer;

/** What a shard gives one of its agents. Owned by the shard's thread; not to be used from any other. */
public interface AgentContext {
    /** The shard this instance lives on, from 0. */
    int shard();

    /** The agent's number in the engine, the same on every shard, from 0. */
    int agentId();

    /** The kernels chosen at start. */
    Kernels kernels();

    /**
     * The agent's memory: what it has learnt. Zeroes the first time, the same array after a restart; covered by the state
     * hash.
     *
     * @param floats how many; must not change between calls
     */
    float[] memory(int floats);

    /**
     * Calls {@link Agent#onTimer} before the first input whose stream time is {@code timeNs} or later. One input sets off at
     * most 1,024 timers; what is due beyond that waits for the next.
     *
     * @return false when the shard's bounded timer heap is full
     */
    boolean scheduleAt(long timeNs, long timerId);

    /**
     * Sends a message to another agent: on this shard delivered after the current input, on another journaled there first.
     *
     * @return false when the mailbox is full, or there is no such agent or shard
     */
    boolean send(int toShard, int toAgent, int kind, DirectBuffer payload, int offset, int length);

    /**
     * What the agent's account on this shard has, in micro-credits: what it won and what is not settled yet is in escrow and no longer there. 0 where no
     * intent is traded, and while the agent is being made.
     */
    default long balanceMicros() {
        return 0;
    }
}
