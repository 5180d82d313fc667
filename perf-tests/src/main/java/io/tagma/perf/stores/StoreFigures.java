package io.tagma.perf.stores;

/**
 * What one store showed. Immutable; a figure that there is not is NaN.
 *
 * @param kind the store
 * @param rows rows it was measured with
 * @param update of random rows
 * @param batchedUpdate of random rows, the store told of 64 at a time; mean of the best of the rounds, ns
 * @param hotUpdate of one row again and again
 * @param read of random rows
 * @param recoveryS from opening it again to the first row read, seconds
 * @param bytesPerRow on the disk, after the rows were updated and the store closed
 */
record StoreFigures(
        StoreKind kind,
        int rows,
        Cost update,
        double batchedUpdate,
        double hotUpdate,
        Cost read,
        double recoveryS,
        double bytesPerRow) {
    /**
     * Cost of an operation.
     *
     * @param meanNs mean of the best of the rounds, without a clock inside
     * @param p99Ns 99th percentile, the clock's own cost included
     */
    record Cost(double meanNs, double p99Ns) {}
}
