package io.tagma.tools.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.agrona.concurrent.NanoClock;

/** What a look at the clock costs, and for how long the machine stops this process. Stateless. */
final class ClockCheck {
    private static final int LOOKS = 200_000;
    private static final long WATCH_NS = 100_000_000;
    private static final long LONG_STOP_NS = 2_000_000;
    private static final double SLOW_NS = 100;
    private static final double NS_PER_US = 1000;
    private static final Set<String> SLOW_SOURCES = Set.of("hpet", "acpi_pm", "jiffies", "refined-jiffies");

    private ClockCheck() {}

    static List<Finding> findings(final SystemFiles files, final NanoClock clock) {
        return List.of(cost(files, clock), stops(clock));
    }

    private static Finding cost(final SystemFiles files, final NanoClock clock) {
        final String source = files.text("sys/devices/system/clocksource/clocksource0/current_clocksource")
                .orElse("unknown");
        double least = Double.MAX_VALUE;
        long step = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            final long start = clock.nanoTime();
            long last = start;
            for (int i = 0; i < LOOKS; i++) {
                final long now = clock.nanoTime();
                if (now > last) {
                    step = Math.min(step, now - last);
                }
                last = now;
            }
            least = Math.min(least, (double) (last - start) / LOOKS);
        }
        final String fact = String.format(
                Locale.ROOT,
                "source %s, %.0f ns a look, steps of %d ns",
                source,
                least,
                step == Long.MAX_VALUE ? 0 : step);
        return least > SLOW_NS || SLOW_SOURCES.contains(source)
                ? Finding.warn(
                        "clock",
                        fact,
                        "a decision looks twice: use the source tsc or kvm-clock (kernel parameter clocksource=tsc)")
                : Finding.ok("clock", fact);
    }

    private static Finding stops(final NanoClock clock) {
        final long start = clock.nanoTime();
        long longest = 0;
        long last = start;
        while (last - start < WATCH_NS) {
            final long now = clock.nanoTime();
            longest = Math.max(longest, now - last);
            last = now;
        }
        final String fact = String.format(
                Locale.ROOT, "longest %.0f us in %d ms of spinning", longest / NS_PER_US, WATCH_NS / 1_000_000);
        return longest > LONG_STOP_NS
                ? Finding.warn("stops", fact, "other work shares the cores: pin the shard's thread or move it away")
                : Finding.ok("stops", fact);
    }
}
