package io.tagma.perf.kernel;

/** Another library that scores the same batch with the same layer, on one thread; its order of additions is its own. Used by one thread. */
interface DensePeer extends AutoCloseable {
    /** What it is called in the table. */
    String name();

    /** Scores the batch once. */
    void score();

    /** What came of it. */
    float score(int row, int output);

    @Override
    void close();
}
