package io.tagma.perf.overload;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.agrona.BitUtil;
import org.agrona.concurrent.NanoClock;

/**
 * Latencies of what was taken, from the time it was meant to be sent. {@link #sent} is for the loading thread; {@link #answered} for the
 * one that decides, to which the service's own queue hands over what the former wrote; the rest for the loading thread once
 * everything is answered.
 */
final class Answers {
    private static final long HIGHEST_NS = 600_000_000_000L;

    private final NanoClock clock;
    private final int most;
    private final long[] intendedNs;
    private final int mask;
    private final AtomicLong answered = new AtomicLong();
    private Histogram latencies = new Histogram(HIGHEST_NS, 3);
    private long[] windowCounts = {};
    private long[] windowSlow = {};
    private long startNs;
    private long windowNs = 1;
    private long slowNs = Long.MAX_VALUE;

    /**
     * Waits for no answer.
     *
     * @param most payments that may be taken over all phases
     * @param mostWaiting payments that can be taken and not answered yet at any time
     */
    Answers(final NanoClock clock, final int most, final int mostWaiting) {
        this.clock = clock;
        this.most = most;
        intendedNs = new long[BitUtil.findNextPositivePowerOfTwo(mostWaiting + 1)];
        mask = intendedNs.length - 1;
    }

    /** Begins a phase, while nothing waits for an answer or the phase before need not be told apart any more. */
    void begin(final long newStartNs, final int windows, final long newWindowNs, final long newSlowNs) {
        latencies = new Histogram(HIGHEST_NS, 3);
        windowCounts = new long[windows];
        windowSlow = new long[windows];
        startNs = newStartNs;
        windowNs = newWindowNs;
        slowNs = newSlowNs;
    }

    /** A payment is about to be offered that was to be sent then. */
    void sent(final int number, final long wasIntendedNs) {
        intendedNs[number & mask] = wasIntendedNs;
    }

    /** The next payment was answered. */
    void answered(final int number) {
        final long latencyNs = Math.clamp(clock.nanoTime() - intendedNs[number & mask], 0, HIGHEST_NS);
        final long sinceStartNs = intendedNs[number & mask] - startNs;
        if (sinceStartNs >= 0) {
            latencies.recordValue(latencyNs);
            final int window = (int) Math.min(Integer.MAX_VALUE, sinceStartNs / windowNs);
            if (window < windowCounts.length) {
                windowCounts[window]++;
                windowSlow[window] += latencyNs > slowNs ? 1 : 0;
            }
        }
        answered.lazySet(number + 1L);
    }

    /** Payments answered so far. */
    long answered() {
        return answered.get();
    }

    /** Most that can be taken. */
    int most() {
        return most;
    }

    /** Of the payments that were meant to be sent in this phase. */
    Histogram latencies() {
        return latencies;
    }

    /** Whether at most one in a hundred of a window's payments was slow, and there were some. */
    boolean calm(final int window) {
        return windowCounts[window] > 0 && windowSlow[window] * 100 <= windowCounts[window];
    }
}
