package io.tagma.perf.load;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * Counts, for requests numbered from 0 and answered in order, the time from their <em>intended</em> send time to their answer.
 *
 * <p>A request that was sent late because the one before took long is charged with the wait (no coordinated omission: Tene,
 * "How not to measure latency"). {@link #answered} is for one thread at a time; the rest for the loading thread.
 */
public final class LatencyRecorder {
    private static final long HIGHEST_NS = 600_000_000_000L;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final NanoClock clock;
    private final Histogram histogram = new Histogram(HIGHEST_NS, 3);
    private final AtomicLong answered = new AtomicLong();
    private long startNs;
    private long ratePerSecond = 1;

    /** A recorder that reads this clock. */
    public LatencyRecorder(final NanoClock clock) {
        this.clock = clock;
    }

    /** Forgets everything; request {@code i} is meant to be sent at {@code newStartNs} + i / rate. */
    public void begin(final long newStartNs, final long newRatePerSecond) {
        startNs = newStartNs;
        ratePerSecond = newRatePerSecond;
        histogram.reset();
        answered.set(0);
    }

    /** Request {@code i} was answered just now. */
    public void answered(final int i) {
        record(clock.nanoTime() - intendedNs(i));
        answered.lazySet(i + 1L);
    }

    /** Requests {@code from} to {@code to} - 1 were never answered: each counts as answered now, which is less than the truth. */
    void unanswered(final int from, final int to) {
        final long nowNs = clock.nanoTime();
        for (int i = from; i < to; i++) {
            record(nowNs - intendedNs(i));
        }
    }

    private void record(final long ns) {
        histogram.recordValue(Math.clamp(ns, 0, HIGHEST_NS));
    }

    /** Requests answered so far; any thread. */
    public long answered() {
        return answered.get();
    }

    /** When request {@code i} is meant to be sent. */
    public long intendedNs(final int i) {
        return startNs + i * NS_PER_SECOND / ratePerSecond;
    }

    /** How many of the requests are due at {@code nowNs}. */
    int due(final long nowNs) {
        return (int) Math.min(Integer.MAX_VALUE, (nowNs - startNs) * ratePerSecond / NS_PER_SECOND + 1);
    }

    /** Latencies in ns. Read it when the last answer has come. */
    public Histogram histogram() {
        return histogram;
    }
}
