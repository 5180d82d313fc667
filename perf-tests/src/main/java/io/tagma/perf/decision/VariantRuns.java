package io.tagma.perf.decision;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.tagma.perf.load.LatencyRecorder;
import io.tagma.perf.load.LoadResult;
import io.tagma.perf.load.OpenLoop;
import io.tagma.perf.load.Pacing;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.tools.fraud.RankingQuality;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** One variant's measured runs, each from nothing. Owned by the thread that measures; one variant a JVM, or profiles mix. */
final class VariantRuns {
    private static final int WARM_EVENTS = 600_000;
    private static final int WARM_SLICE = 10_000;
    private static final long WARM_LIMIT_NS = TimeUnit.SECONDS.toNanos(3);
    private static final int LATENCY_PREFIX = 80_000; // a week and more, so that outcomes come
    private static final int LATENCY_WARM = 100_000;
    private static final double NS_PER_SECOND = 1e9;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Variant variant;
    private final Payments payments;
    private final Path directory;
    private final DecisionSink sink;
    private Threading threading = Threading.CALLER;

    VariantRuns(final Variant variant, final Payments payments, final Path directory) {
        this.variant = variant;
        this.payments = payments;
        this.directory = directory;
        this.sink = new DecisionSink(payments.count());
    }

    /**
     * What one whole run showed.
     *
     * @param decisionsPerS decided, journaled, acknowledged and, a week of stream time later, learnt from
     * @param heapBytesPerDecision allocated by all threads in the second half
     * @param cpuNsPerDecision spent by the whole process in the second half, its compilers included
     * @param events how many decisions quality is about
     */
    record Throughput(
            double decisionsPerS,
            double heapBytesPerDecision,
            double cpuNsPerDecision,
            int events,
            double auc,
            double ap) {}

    /**
     * Runs a shard that way from here on, and runs, each time from nothing, until compilers have settled: the variant with most code needs some ten million
     * decisions for that. As long for every variant.
     */
    void warm(final Threading way, final long leastNs) {
        threading = way;
        final long startNs = clock.nanoTime();
        do {
            warmOnce();
        } while (clock.nanoTime() - startNs < leastNs);
    }

    private void warmOnce() {
        fresh(threading, decider -> {
            final long untilNs = clock.nanoTime() + WARM_LIMIT_NS;
            final int most = Math.min(payments.count(), WARM_EVENTS);
            for (int to = WARM_SLICE; to <= most && clock.nanoTime() - untilNs < 0; to += WARM_SLICE) {
                decider.run(to);
            }
            return decider;
        });
    }

    /** The whole job once. */
    Throughput throughput() {
        final int from = variant.prefix(payments.count());
        final int to = variant.last(payments.count());
        final int half = from + (to - from) / 2;
        return fresh(threading, decider -> {
            Variant.advance(decider, from);
            final long startNs = clock.nanoTime();
            decider.run(half);
            final long cpuNsBefore = process.getProcessCpuTime();
            final long bytesBefore = threads.getTotalThreadAllocatedBytes();
            decider.run(to);
            final long elapsedNs = clock.nanoTime() - startNs;
            final double bytes = threads.getTotalThreadAllocatedBytes() - bytesBefore;
            final double cpuNs = process.getProcessCpuTime() - cpuNsBefore;
            final RankingQuality quality = sink.quality(payments, to, variant.scoresProbabilities());
            return new Throughput(
                    (to - from) * NS_PER_SECOND / elapsedNs,
                    bytes / (to - half),
                    cpuNs / (to - half),
                    to,
                    variant.decides() ? quality.rocAuc() : Double.NaN,
                    variant.decides() ? quality.averagePrecision() : Double.NaN);
        });
    }

    /** Decisions one by one at intended times, on a decider in the middle of the stream that has been warmed up the same way. */
    LoadResult latency(final int ratePerSecond, final double seconds) {
        final int quarter = payments.count() / 4;
        return fresh(Threading.CALLER, decider -> {
            final int prefix = Math.min(LATENCY_PREFIX, quarter);
            Variant.advance(decider, prefix);
            final int first = warmStarts(decider, prefix, prefix + Math.min(LATENCY_WARM, quarter));
            final LatencyRecorder recorder = new LatencyRecorder(clock);
            sink.record(recorder, first);
            final int requests = (int) Math.min(payments.count() - first, (long) (ratePerSecond * seconds));
            return new OpenLoop(clock, Pacing.SPIN)
                    .run(ratePerSecond, requests, recorder, (request, ready) -> decider.start(first + request, ready));
        });
    }

    private int warmStarts(final Decider decider, final int from, final int to) {
        final long untilNs = clock.nanoTime() + WARM_LIMIT_NS;
        int next = from;
        while (next < to && clock.nanoTime() - untilNs < 0) {
            next += decider.start(next, Math.min(WARM_SLICE, to - next));
        }
        while (sink.decided() < next) {
            Thread.onSpinWait();
        }
        return next;
    }

    private <T> T fresh(final Threading way, final Function<Decider, T> work) {
        sink.clear();
        System.gc(); // so that none of the garbage of the run before is this one's
        final Path own = Scratch.fresh(directory, "run");
        try (Decider decider = variant.factory(way).create(payments, own, sink)) {
            return work.apply(decider);
        } finally {
            Scratch.delete(own); // at once: what is not on the disk yet need not go there
        }
    }
}
