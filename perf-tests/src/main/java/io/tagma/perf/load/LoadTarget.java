package io.tagma.perf.load;

/** What is under load. Called by the loading thread; answers go to a {@link LatencyRecorder}. */
public interface LoadTarget {
    /**
     * Starts requests whose intended time has come, the oldest first.
     *
     * @param first number of the first
     * @param ready how many are due, at least 1: a target that works in batches may take several
     * @return how many were started, 1 to {@code ready}
     */
    int start(int first, int ready);

    /** Called while nothing is due, for targets that have something to do meanwhile. */
    default void idle() {}
}
