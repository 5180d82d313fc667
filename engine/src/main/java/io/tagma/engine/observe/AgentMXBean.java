package io.tagma.engine.observe;

import java.util.List;

/** An agent on a shard: {@code io.tagma:type=Agent,engine=NAME,shard=N,agent=NAME}. */
public interface AgentMXBean {
    /** Its number in the engine. */
    int getAgentId();

    /** What it can do. */
    List<String> getCapabilities();

    /** Tasks handled. */
    long getHandled();

    /** Calls that threw. */
    long getFaults();

    /** Instances made after the first. */
    long getRestarts();

    /** Whether it took more than its quota and is not called at present. */
    boolean isOnProbation();

    /** Whether it failed too often and is not called any more. */
    boolean isSwitchedOff();

    /** Nanoseconds that its calls took, estimated from a sample; 0 without a quota. */
    long getMeasuredNs();

    /** Bytes that its calls allocated, estimated from a sample; 0 without a quota. */
    long getMeasuredBytes();

    /** What was thrown last, empty for nothing. */
    String getLastFailure();
}
