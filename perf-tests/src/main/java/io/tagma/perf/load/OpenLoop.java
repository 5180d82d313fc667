package io.tagma.perf.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * Sends requests at times fixed beforehand, whether or not earlier ones were answered, and has their latencies counted from those
 * times. Owned by the loading thread.
 *
 * <p>A synchronous target that stalls makes later requests leave late; they are then sent as fast as the target takes them, and
 * their latency contains the wait. Where a target cannot keep up at all the run ends at its time limit, and what was due but
 * not answered counts with the time it has waited by then.
 *
 * <pre>{@code
 * LatencyRecorder recorder = new LatencyRecorder(clock);
 * OpenLoop loop = new OpenLoop(clock, Pacing.SPIN);
 * LoadResult result = loop.run(5_000, 20_000, recorder, (first, ready) -> {
 *     handle(first);
 *     recorder.answered(first);
 *     return 1;
 * });
 * }</pre>
 */
public final class OpenLoop {
    private static final long LEAD_NS = 1_000_000;
    private static final long PARK_MARGIN_NS = 80_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final double OVERRUN = 1.5;

    private final NanoClock clock;
    private final Pacing pacing;

    /** A loop that reads this clock and waits this way. */
    public OpenLoop(final NanoClock clock, final Pacing pacing) {
        this.clock = clock;
        this.pacing = pacing;
    }

    /**
     * Runs one load.
     *
     * @param ratePerSecond requests a second
     * @param requests how many, so that the run takes {@code requests / ratePerSecond} seconds, and at most half as long again
     * @param recorder told of each answer by the target
     */
    public LoadResult run(
            final int ratePerSecond, final int requests, final LatencyRecorder recorder, final LoadTarget target) {
        final long startNs = clock.nanoTime() + LEAD_NS;
        final long planNs = (long) ((double) requests / ratePerSecond * TimeUnit.SECONDS.toNanos(1));
        final long deadlineNs = startNs + (long) (planNs * OVERRUN) + LEAD_NS;
        recorder.begin(startNs, ratePerSecond);
        int next = 0;
        while (next < requests) {
            final long nowNs = clock.nanoTime();
            final int due = Math.min(requests, nowNs < startNs ? 0 : recorder.due(nowNs));
            if (due > next) {
                if (nowNs - deadlineNs > 0) {
                    break;
                }
                next += target.start(next, due - next);
            } else {
                target.idle();
                await(recorder.intendedNs(next) - nowNs);
            }
        }
        awaitAnswers(next, recorder);
        final int answered = (int) recorder.answered();
        recorder.unanswered(answered, requests);
        return LoadResult.of(ratePerSecond, requests, answered, recorder.histogram());
    }

    private void await(final long aheadNs) {
        if (pacing == Pacing.PARK && aheadNs > PARK_MARGIN_NS) {
            LockSupport.parkNanos(aheadNs - PARK_MARGIN_NS);
        } else {
            Thread.onSpinWait();
        }
    }

    private void awaitAnswers(final int started, final LatencyRecorder recorder) {
        final long untilNs = clock.nanoTime() + PATIENCE_NS;
        while (recorder.answered() < started && clock.nanoTime() - untilNs < 0) {
            LockSupport.parkNanos(PARK_MARGIN_NS);
        }
    }
}
