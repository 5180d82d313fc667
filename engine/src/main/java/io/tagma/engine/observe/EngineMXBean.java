package io.tagma.engine.observe;

import java.util.List;
import java.util.Map;

/** An engine as a JMX client sees it: {@code io.tagma:type=Engine,engine=NAME}. */
public interface EngineMXBean {
    /** Name of the engine. */
    String getName();

    /** Its directory. */
    String getDirectory();

    /** How many shards. */
    int getShards();

    /** On whose threads they run. */
    String getThreading();

    /** The kernels that were chosen. */
    String getKernel();

    /** Why these. */
    String getKernelReason();

    /** Who computes at which size, a line a kernel; empty unless the kernels are chosen by measurement. */
    List<String> getKernelCalibration();

    /** Calls that failed on a GPU since the launch and were done by the processor, with the same results. */
    long getGpuFailures();

    /** Why the GPU is used no more; empty while it is, and where there is none. */
    String getGpuLeft();

    /** What the warm-up before the launch came to, in a sentence. */
    String getWarmUp();

    /** Names of the agents, by number. */
    List<String> getAgents();

    /** Names of the intents, by number. */
    List<String> getIntents();

    /** Decisions of all shards since the launch. */
    long getDecisions();

    /** Submissions that were not taken. */
    long getRejected();

    /** Observers that failed too often and were given up, with the reason; empty while all work. */
    Map<String, String> getDegraded();

    /** Why shards have stopped, by shard; empty while all work. */
    Map<String, String> getFailures();
}
