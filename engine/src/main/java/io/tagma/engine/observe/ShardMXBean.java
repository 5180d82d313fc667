package io.tagma.engine.observe;

import java.util.Map;

/** A shard: {@code io.tagma:type=Shard,engine=NAME,shard=N}. Counts are since the launch, replay of the journal included. */
public interface ShardMXBean {
    /** Sequence of the last input whose outputs are journaled. */
    long getSequence();

    /** Events applied. */
    long getEvents();

    /** Events passed on to another shard. */
    long getReferred();

    /** Decisions made. */
    long getDecisions();

    /** Outcomes that taught. */
    long getOutcomes();

    /** Outcomes without a waiting decision. */
    long getUnmatchedOutcomes();

    /** Decisions that wait for their outcome. */
    int getPendingDecisions();

    /** Decisions whose slot was needed before their outcome came. */
    long getExpiredDecisions();

    /** Handlers and rules that threw. */
    long getFaults();

    /** Events refused since the store had no room for a row. */
    long getStoreFull();

    /** Frames no station understands, and repetitions. */
    long getIgnored();

    /** Batches taken from rings. */
    long getBatches();

    /** Decisions that found the poll ring full. */
    long getUndelivered();

    /** Times the decision listener threw. */
    long getListenerFaults();

    /** Median of each station, microseconds, over the intervals so far; the engine's all shards together. Samples but for end-to-end, {@link Station}. */
    Map<String, Double> getP50Micros();

    /** 99th percentile of each station, microseconds. */
    Map<String, Double> getP99Micros();

    /** Whether its duty cycle has lasted longer than it may and lasts. */
    boolean isStalled();

    /** Duty cycles that lasted longer than they may. */
    long getStalls();

    /** The longest of them, ms. */
    double getLongestStallMs();

    /** The last of them: how long, which agent, where; empty when there was none. */
    String getLastStall();

    /** Times that an agent failed too often and was switched off, since the launch, its replay included. */
    long getSwitchOffs();

    /** Times that it failed and was built anew from its journal. */
    long getRestarts();

    /** The last of them: when, how long it took, after what; empty when there was none. */
    String getLastRestart();

    /** What stopped the shard, empty while it works. */
    String getFailure();
}
