package io.tagma.perf.kernel;

import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Times something by the best of several rounds, each long enough for the clock. Used by one thread. */
final class BestOf {
    private static final long ROUND_NS = 30_000_000;
    private static final int ROUNDS = 12;

    private static final double WORTH = 0.9;
    private static final long PATIENCE_NS = 1_000_000_000;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final boolean quick;

    /** A stopwatch; a quick one has one short round, which tells that something works and not how fast. */
    BestOf(final boolean quick) {
        this.quick = quick;
    }

    /** Nanoseconds a call. Warms up until the compiler has nothing more to give: rounds of a second in all bring no tenth. */
    double ns(final Runnable call) {
        long calls = 1;
        double best = Double.MAX_VALUE;
        double warm = Double.MAX_VALUE;
        long lastGainNs = clock.nanoTime();
        boolean warming = !quick;
        int round = 0;
        while (round < (quick ? 1 : ROUNDS)) {
            final long begun = clock.nanoTime();
            for (long i = 0; i < calls; i++) {
                call.run();
            }
            final long ended = clock.nanoTime();
            final double took = (double) (ended - begun) / calls;
            calls = Math.max(1, (long) (ROUND_NS / Math.max(1, took)));
            if (took < WORTH * warm) {
                warm = took;
                lastGainNs = ended;
            }
            if (warming) {
                warming = ended - lastGainNs < PATIENCE_NS;
            } else {
                best = Math.min(best, took);
                round++;
            }
        }
        return best;
    }
}
