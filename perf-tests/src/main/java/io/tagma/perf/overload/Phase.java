package io.tagma.perf.overload;

/**
 * What one stretch of load showed. Immutable.
 *
 * @param offeredPerS payments that were offered a second
 * @param taken of them, in all
 * @param rejected of them, in all
 * @param p50Us median of the time from the intended sending to the decision, of what was taken
 * @param p99Us 99th percentile
 * @param mostWaiting payments taken and not yet decided, at most
 * @param longestStallMs longest time between two looks of the sender at its clock: while it was kept from its processor, or in a call
 * @param heapMib heap in use at the end, garbage included
 * @param rssMib resident memory of the process at the end; NaN where the system does not say
 */
record Phase(
        double offeredPerS,
        long taken,
        long rejected,
        double p50Us,
        double p99Us,
        long mostWaiting,
        double longestStallMs,
        double heapMib,
        double rssMib) {}
