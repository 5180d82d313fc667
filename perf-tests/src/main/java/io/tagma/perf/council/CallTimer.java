package io.tagma.perf.council;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Times a call many times over: percentiles of groups of calls, since a clock read costs as much as some of them, and bytes of heap a
 * call. Used by one thread.
 */
final class CallTimer {
    private static final int WARM_NS = 300_000_000;
    private static final double P99 = 0.99;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final int samples;

    CallTimer(final int samples) {
        this.samples = samples;
    }

    /** Percentiles in ns and bytes of one call. */
    record Times(double p50, double p99, double bytes) {
        /** As figures with goals in {@code scale} ns; NaN for none. */
        List<Figure> figures(
                final String name, final String unit, final double scale, final double p50Goal, final double p99Goal) {
            return List.of(
                    new Figure(name + ".p50", p50 / scale, unit, p50Goal),
                    new Figure(name + ".p99", p99 / scale, unit, p99Goal),
                    new Figure(name + ".bytes", bytes, "bytes", 0));
        }
    }

    /** Warms up, then times groups of {@code group} calls. */
    Times time(final int group, final Runnable call) {
        final long until = clock.nanoTime() + WARM_NS;
        do {
            for (int i = 0; i < 256; i++) {
                call.run();
            }
        } while (clock.nanoTime() - until < 0);
        final double[] each = new double[samples];
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        threads.getCurrentThreadAllocatedBytes(); // its own first call allocates
        final long bytes = threads.getCurrentThreadAllocatedBytes();
        for (int sample = 0; sample < samples; sample++) {
            final long begun = clock.nanoTime();
            for (int i = 0; i < group; i++) {
                call.run();
            }
            each[sample] = (double) (clock.nanoTime() - begun) / group;
        }
        final double allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
        Arrays.sort(each);
        return new Times(each[samples / 2], each[(int) (samples * P99)], Math.floor(allocated / group / samples));
    }
}
