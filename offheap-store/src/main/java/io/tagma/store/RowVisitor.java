package io.tagma.store;

/** Is shown rows one after the other, on the thread that owns the store. */
@FunctionalInterface
public interface RowVisitor {
    /**
     * One row.
     *
     * @param updatedNs time of its last update, 0 when there was none
     * @param floats D floats, good during the call
     */
    void row(long subject, long updatedNs, float[] floats);
}
