package io.tagma.perf.load;

import org.HdrHistogram.Histogram;

/**
 * What one open-loop run showed. Immutable; latencies in microseconds from the intended send time.
 *
 * @param ratePerSecond requests a second, intended
 * @param requests how many were intended
 * @param answered how many were answered; the rest count with the time they had waited when the run was given up
 * @param p50 median
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 * @param max the worst
 */
public record LoadResult(
        int ratePerSecond, int requests, int answered, double p50, double p99, double p999, double max) {
    private static final double NS_PER_US = 1_000.0;

    static LoadResult of(final int ratePerSecond, final int requests, final int answered, final Histogram histogram) {
        return new LoadResult(
                ratePerSecond,
                requests,
                answered,
                micros(histogram, 50),
                micros(histogram, 99),
                micros(histogram, 99.9),
                micros(histogram, 100));
    }

    private static double micros(final Histogram histogram, final double percentile) {
        return histogram.getValueAtPercentile(percentile) / NS_PER_US;
    }

    /** Whether requests were left unanswered: the rate is beyond what the target can do. */
    public boolean saturated() {
        return answered < requests;
    }
}
