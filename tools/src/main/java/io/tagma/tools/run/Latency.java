package io.tagma.tools.run;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Percentiles of a run's latency in ns. Immutable.
 *
 * @param p50 half of the decisions took at most this
 * @param p90 nine in ten
 * @param p99 99 in a hundred
 * @param p999 999 in a thousand
 * @param max all
 */
record Latency(long p50, long p90, long p99, long p999, long max) {
    private static final double NS_PER_MICRO = 1e3;
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    /** A duration in the unit that suits it. */
    static String text(final long ns) {
        if (ns < NS_PER_MS) {
            return String.format(Locale.ROOT, "%.1f µs", ns / NS_PER_MICRO);
        }
        return ns < NS_PER_SECOND
                ? String.format(Locale.ROOT, "%.1f ms", ns / NS_PER_MS)
                : String.format(Locale.ROOT, "%.2f s", ns / NS_PER_SECOND);
    }

    static Latency of(final LatencyCounts counts) {
        return new Latency(
                counts.quantile(0.5),
                counts.quantile(0.9),
                counts.quantile(0.99),
                counts.quantile(0.999),
                counts.maxNs());
    }

    static Latency of(final Histogram histogram) {
        return new Latency(
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }
}
