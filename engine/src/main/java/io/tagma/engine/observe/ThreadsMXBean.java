package io.tagma.engine.observe;

/** A pool of threads that the shards share, as a JMX client sees it: {@code io.tagma:type=Threads,engine=NAME}. */
public interface ThreadsMXBean {
    /** Threads that shards run on. */
    int getThreads();

    /** Most that there can be. */
    int getMaxThreads();

    /** What part of the time each of them was busy in the last sample. */
    double[] getBusyShares();

    /** Which thread each shard runs on. */
    int[] getThreadOfShard();

    /** Shards that were moved to another thread since the launch. */
    long getMoves();

    /** Times that a thread was added. */
    long getGrown();

    /** Times that a thread was taken away. */
    long getShrunk();
}
