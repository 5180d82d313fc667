package io.tagma.perf.decision;

import java.nio.file.Path;
import java.util.List;

/**
 * What one comparison is to do. Immutable.
 *
 * @param variants in the order in which they run
 * @param events payments in the stream
 * @param seed of the stream
 * @param rounds throughput runs of each variant, taken in turns; the best counts
 * @param warmSeconds for how long each variant runs before it is measured
 * @param latencySeconds length of one open-loop run
 * @param directory where variants keep their files; deleted afterwards
 */
record BenchOptions(
        List<Variant> variants,
        int events,
        long seed,
        int rounds,
        double warmSeconds,
        double latencySeconds,
        Path directory) {
    /** Rates of the open-loop runs, decisions a second. */
    static final List<Integer> RATES = List.of(5_000, 50_000);

    /** Open-loop runs of each variant at each rate, taken in turns; that of the middle median counts. */
    static final int LATENCY_ROUNDS = 3;

    /** Fewest events with which there is something to learn from a week later. */
    static final int LEAST_EVENTS = 100_000;
}
