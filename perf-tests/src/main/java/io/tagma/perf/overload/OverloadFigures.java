package io.tagma.perf.overload;

/**
 * What a service showed. Immutable.
 *
 * @param sustainablePerS load that it was first put under, a share of its capacity
 * @param steady under that load
 * @param overload under a multiple of it
 * @param after under the first load again, when it has recovered
 * @param recoveryMs from the end of the overload until all was as before; infinite where it was not within the time
 */
record OverloadFigures(double sustainablePerS, Phase steady, Phase overload, Phase after, double recoveryMs) {
    /** 99th percentile under overload by that before. */
    double latencyRatio() {
        return overload.p99Us() / steady.p99Us();
    }
}
