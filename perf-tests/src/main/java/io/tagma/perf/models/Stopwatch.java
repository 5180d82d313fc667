package io.tagma.perf.models;

import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Times predictions one by one and learning in all. Used by one thread. */
final class Stopwatch {
    private static final long HIGHEST_NS = 10_000_000_000L;
    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_S = 1e9;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final Histogram predictions = new Histogram(HIGHEST_NS, 3);
    private long begun;
    private long learningNs;
    private long learnt;

    void begin() {
        begun = clock.nanoTime();
    }

    void predicted() {
        predictions.recordValue(Math.min(HIGHEST_NS, clock.nanoTime() - begun));
    }

    void learnt(final long examples) {
        learningNs += clock.nanoTime() - begun;
        learnt += examples;
    }

    Figures figures(final String name, final String data, final double accuracy) {
        return new Figures(
                name,
                data,
                accuracy,
                learnt / (learningNs / NS_PER_S),
                predictions.getValueAtPercentile(50) / NS_PER_US,
                predictions.getValueAtPercentile(99) / NS_PER_US);
    }
}
