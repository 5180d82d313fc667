package io.tagma.engine.supervise;

/** One life of what a supervisor starts: made anew for each start, run on one thread of its own. */
@FunctionalInterface
public interface Child {
    /**
     * Gets ready; the next sibling starts after this. What it opened and then fails, it closes itself.
     *
     * @return false to decline: nothing is wrong, it just does not run
     * @throws Exception its start failed
     */
    default boolean start(final StopSignal stop) throws Exception {
        return true;
    }

    /**
     * Works until done or told to stop. A child that ignores the signal is interrupted, and abandoned in the end.
     *
     * @throws Exception it failed
     */
    void run(StopSignal stop) throws Exception;
}
