package io.tagma.perf.stores;

/** Rows of {@link #DIMENSION} floats by subject, in one of the stores that are compared. Used by one thread. */
interface Rows extends AutoCloseable {
    /** Floats a row. */
    int DIMENSION = 16;

    /** Says which subjects are updated next, for a store that makes use of it. */
    default void announce(final long[] subjects) {
        // most stores have no use for it
    }

    /** Adds one to the first float of a subject's row, which is made when it is not there. */
    void update(long subject);

    /** Copies a subject's row. */
    void read(long subject, float[] into);

    /** Whether what was written is there when the store is opened again. */
    boolean persists();

    @Override
    void close();
}
