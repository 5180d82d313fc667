package io.tagma.tools.run;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * An open loop's timetable: the n-th event is due n periods after the start, whatever became of those before. Owned by the
 * submitting thread.
 */
final class Pacer {
    // A parked thread wakes up some 60 us late on a stock kernel: it parks only where that does not show.
    private static final long LONGEST_SPIN_NS = 200_000;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final NanoClock clock;
    private final double periodNs;
    private final long startNs;
    private long dueNs;

    Pacer(final NanoClock clock, final double ratePerSecond, final long startNs) {
        this.clock = clock;
        this.periodNs = NS_PER_SECOND / ratePerSecond;
        this.startNs = startNs;
        this.dueNs = startNs;
    }

    /** When event {@code n}, from 0, is due. */
    long due(final long n) {
        dueNs = startNs + (long) (n * periodNs);
        return dueNs;
    }

    /** Whether that time has come; if not, some of the wait has passed. */
    boolean isDue() {
        final long left = dueNs - clock.nanoTime();
        if (left <= 0) {
            return true;
        }
        if (left > LONGEST_SPIN_NS) {
            LockSupport.parkNanos(left - LONGEST_SPIN_NS / 2);
        } else {
            Thread.yield();
        }
        return false;
    }
}
