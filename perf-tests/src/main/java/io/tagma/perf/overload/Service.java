package io.tagma.perf.overload;

/** What decides payments, in the order in which it took them. Called by the loading thread. */
interface Service extends AutoCloseable {
    /**
     * Takes the next payment, or rejects it without waiting.
     *
     * @param number of the payment among those that were taken, from 0; the next one has the same if this one is rejected
     * @return whether it was taken: then {@link Answers#answered} is called for it, sooner or later
     */
    boolean offer(int number);

    @Override
    void close();
}
