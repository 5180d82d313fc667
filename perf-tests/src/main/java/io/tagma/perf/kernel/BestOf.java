package io.tagma.perf.kernel;

import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Times something by the best of several rounds, each long enough for the clock. Used by one thread. */
final class BestOf {
    private static final long ROUND_NS = 30_000_000;
    private static final int ROUNDS = 12;
    private static final int WARM_ROUNDS = 4;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final boolean quick;

    /** A stopwatch; a quick one has one short round, which tells that something works and not how fast. */
    BestOf(final boolean quick) {
        this.quick = quick;
    }

    /** Nanoseconds a call. */
    double ns(final Runnable call) {
        long calls = 1;
        double best = Double.MAX_VALUE;
        for (int round = quick ? WARM_ROUNDS : 0; round < WARM_ROUNDS + (quick ? 1 : ROUNDS); round++) {
            final long begun = clock.nanoTime();
            for (long i = 0; i < calls; i++) {
                call.run();
            }
            final double took = (double) (clock.nanoTime() - begun) / calls;
            calls = Math.max(1, (long) (ROUND_NS / Math.max(1, took)));
            if (round >= WARM_ROUNDS) {
                best = Math.min(best, took);
            }
        }
        return best;
    }
}
