package io.tagma.perf.overload;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/** Puts a service under load, phase after phase, open loop. Owned by the loading thread. */
final class OverloadRun {
    /** The highest rate that is tried, as a share of what is decided when the ring is never empty. */
    static final double UTILISATION = 0.7;

    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int CALM_WINDOWS = 10;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long CHECK_NS = 100_000;
    private static final int LOOK_EVERY = 1024;
    private static final double STEADY_REJECTS = 0.001;
    private static final double STEP_DOWN = 0.8;
    private static final int MOST_STEPS = 12;

    /**
     * A sender that was kept from its processor catches up at so many times its rate: not at once, which no crowd of callers would. Under
     * overload it does, since most is to be rejected.
     */
    private static final double CATCH_UP = 2;

    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_MS = 1e6;
    private static final double MIB = 1 << 20;
    private static final double KIB_PER_MIB = 1024;
    private static final Path STATUS = Path.of("/proc/self/status");

    private final NanoClock clock;
    private final Service service;
    private final Answers answers;
    private int next;

    OverloadRun(final NanoClock clock, final Service service, final Answers answers) {
        this.clock = clock;
        this.service = service;
        this.answers = answers;
    }

    /** Payments a second that the service decides when another waits as soon as one is taken. */
    double capacity(final double seconds) {
        final long startNs = clock.nanoTime();
        final long endNs = startNs + (long) (seconds * NS_PER_S);
        final long before = answers.answered();
        answers.begin(startNs, 0, WINDOW_NS, Long.MAX_VALUE);
        while (clock.nanoTime() < endNs && next < answers.most()) {
            answers.sent(next, clock.nanoTime());
            // A queue without a bound takes all: what is decided tells, not what is taken.
            if (next - answers.answered() < LOOK_EVERY && service.offer(next)) {
                next++;
            }
        }
        final double perS = (double) (answers.answered() - before) * NS_PER_S / (clock.nanoTime() - startNs);
        awaitAnswers();
        return perS;
    }

    /**
     * Payments a second that it bears, as far as they are looked for. What it decides when its ring is never empty is no such rate:
     * where cores are few, its shard, its observers, the sender and the compiler wait for each other, and a ring holds no more than
     * the work of a millisecond. So the rate is looked for from 0.7 of that downwards, a fifth less each time, until next to nothing
     * is rejected or twelve times have not been enough.
     *
     * @param seconds of each try
     */
    double sustainable(final double seconds) {
        double sustainable = UTILISATION * capacity(seconds);
        Phase probe = load(sustainable, seconds);
        for (int step = 0; step < MOST_STEPS && isTooMuch(probe); step++) {
            sustainable *= STEP_DOWN;
            probe = load(sustainable, seconds);
        }
        return sustainable;
    }

    private static boolean isTooMuch(final Phase probe) {
        return probe.rejected() > STEADY_REJECTS * (probe.taken() + probe.rejected());
    }

    /** Offers so many a second for so long and waits until what was taken is decided. */
    Phase load(final double perS, final double seconds) {
        return load(perS, seconds, true);
    }

    /** The same, without the wait: what is still to be decided is the next phase's burden. */
    Phase overload(final double perS, final double seconds) {
        return load(perS, seconds, false);
    }

    private Phase load(final double perS, final double seconds, final boolean wait) {
        final long startNs = clock.nanoTime();
        answers.begin(startNs, 0, WINDOW_NS, Long.MAX_VALUE);
        final Sent sent = send(startNs, perS, seconds, wait ? CATCH_UP : Double.POSITIVE_INFINITY);
        final double heap = heapMib();
        final double rss = rssMib();
        if (wait) {
            awaitAnswers();
        }
        final Histogram latencies = answers.latencies();
        return new Phase(
                sent.offered / seconds,
                sent.offered - sent.rejected,
                sent.rejected,
                latencies.getValueAtPercentile(50) / NS_PER_US,
                latencies.getValueAtPercentile(99) / NS_PER_US,
                sent.mostWaiting,
                sent.longestStallNs / NS_PER_MS,
                heap,
                rss);
    }

    /**
     * Goes back to a load that can be borne, and looks when all is as before.
     *
     * @param steadyP99Us 99th percentile before the overload
     * @return milliseconds until a tenth of a second began in which nothing was rejected and 99 in 100 were decided within twice
     *     that time; infinite where there was none within the seconds
     */
    double recoveryMs(final double perS, final double seconds, final double steadyP99Us) {
        final int windows = (int) (seconds * NS_PER_S / WINDOW_NS);
        final long startNs = clock.nanoTime();
        answers.begin(startNs, windows, WINDOW_NS, (long) (2 * steadyP99Us * NS_PER_US));
        final Sent sent = send(startNs, perS, seconds, CATCH_UP);
        awaitAnswers();
        int calm = 0;
        for (int window = 0; window < windows; window++) {
            calm = !sent.rejectedIn.get(window) && answers.calm(window) ? calm + 1 : 0;
            if (calm == CALM_WINDOWS) {
                return (double) (window + 1 - CALM_WINDOWS) * WINDOW_NS / TimeUnit.MILLISECONDS.toNanos(1);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** What was sent. */
    private static final class Sent {
        private long offered;
        private long rejected;
        private final BitSet rejectedIn = new BitSet();
        private long mostWaiting;
        private long longestStallNs;
    }

    private Sent send(final long startNs, final double perS, final double seconds, final double catchUp) {
        final Sent sent = new Sent();
        final long endNs = startNs + (long) (seconds * NS_PER_S);
        final double gapNs = NS_PER_S / perS;
        long nowNs = clock.nanoTime();
        long lookedNs = nowNs;
        long sentNs = nowNs - (long) gapNs;
        while (nowNs < endNs && next < answers.most()) {
            final long due = (long) ((nowNs - startNs) / gapNs);
            sent.longestStallNs = Math.max(sent.longestStallNs, nowNs - lookedNs);
            lookedNs = nowNs;
            if (sent.offered > due || nowNs - sentNs < gapNs / catchUp) {
                Thread.onSpinWait();
                nowNs = clock.nanoTime();
                continue;
            }
            sentNs = nowNs;
            answers.sent(next, startNs + (long) (sent.offered * gapNs));
            sent.offered++;
            if (service.offer(next)) {
                next++;
            } else {
                sent.rejected++;
                sent.rejectedIn.set((int) ((nowNs - startNs) / WINDOW_NS));
            }
            if (sent.offered % LOOK_EVERY == 0) {
                sent.mostWaiting = Math.max(sent.mostWaiting, next - answers.answered());
            }
            nowNs = clock.nanoTime();
        }
        return sent;
    }

    private void awaitAnswers() {
        final long untilNs = clock.nanoTime() + PATIENCE_NS;
        while (answers.answered() < next) {
            if (clock.nanoTime() > untilNs) {
                throw new IllegalStateException(
                        next - answers.answered() + " payments were taken and not decided in two minutes");
            }
            LockSupport.parkNanos(CHECK_NS);
        }
    }

    private static double heapMib() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
    }

    private static double rssMib() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (final IOException e) {
            return Double.NaN;
        }
    }
}
