package io.tagma.perf.registry;

/**
 * What one registry showed. Immutable; a figure that there is not is NaN.
 *
 * @param name of the variant
 * @param entries it was measured with
 * @param lookupNs mean of 64 names in turn at random
 * @param missNs mean of 4,096 names at random; of Tagma, through a lookup cache that has room for 256
 * @param coldNs mean of all names at random
 * @param registerNs mean of registering one after the other
 * @param bytesPerEntry heap and file, the name's own characters not counted
 * @param description what it is
 */
record RegistryFigures(
        String name,
        int entries,
        double lookupNs,
        double missNs,
        double coldNs,
        double registerNs,
        double bytesPerEntry,
        String description) {
    /**
     * Writing with several partitions.
     *
     * @param partitions how many
     * @param opsPerS updates by one writer for each partition, all at once, on this machine's cores
     * @param simulatedOpsPerS sum over the partitions of what each does with its writer alone: what cores for all would give if they shared nothing
     * @param onePartitionOpsPerS as many writers on one partition
     */
    record Scaling(int partitions, double opsPerS, double simulatedOpsPerS, double onePartitionOpsPerS) {}

    /**
     * Asking who is best, one agent's load having changed before.
     *
     * @param agents registered
     * @param indexedNs with the index
     * @param naiveNs with one lock and a scan over all agents
     * @param searchNs search by metadata with the registry's index
     * @param scanNs the same by a filter over all entries
     */
    record Discovery(int agents, double indexedNs, double naiveNs, double searchNs, double scanNs) {
        /** The share of the cost that is gone, 0 to 1. */
        double cheaper() {
            return 1 - indexedNs / naiveNs;
        }
    }

    /**
     * From a change to the watch that is told of it on another thread, which polls without a pause.
     *
     * @param p50Ns median
     * @param p99Ns 99th percentile
     * @param changes how many
     */
    record Delivery(double p50Ns, double p99Ns, int changes) {}
}
