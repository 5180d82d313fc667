package io.tagma.perf.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the vector kernels of one core are meant to reach, against what was measured in the same run. Stateless. */
final class Goals {
    private static final double DENSE_OF_PEAK = 0.60;
    private static final double SEARCH_OF_READING = 0.80;
    private static final double TIMES_OF_C = 1.2;
    private static final double ONE_NS = 15_000;
    private static final String MILLION = "1000000 x ";

    private Goals() {}

    /** A line for each goal whose figures are there. */
    static List<String> lines(final List<Measured> measured) {
        final List<String> lines = new ArrayList<>();
        find(measured, "dense scores", "64 x 256 x 256", "vector")
                .ifPresent(m -> lines.add(share(m, DENSE_OF_PEAK, "fused multiply-adds")));
        find(measured, "dense scores", "1 x 256 x 1024", "vector")
                .ifPresent(m -> lines.add(line(
                        m,
                        m.ns() <= ONE_NS,
                        String.format(Locale.ROOT, "%.1f us, at most %.0f", m.ns() / 1e3, ONE_NS / 1e3))));
        measured.stream()
                .filter(m -> m.name().startsWith("top") && m.provider().equals("vector"))
                .filter(m -> m.shape().startsWith(MILLION))
                .forEach(m -> lines.add(share(m, SEARCH_OF_READING, "plain reading")));
        for (final Measured c : measured) {
            if (c.provider().equals("c")) {
                find(measured, c.name(), c.shape(), "vector")
                        .ifPresent(m -> lines.add(line(
                                m,
                                m.ns() <= TIMES_OF_C * c.ns(),
                                String.format(
                                        Locale.ROOT,
                                        "%.2f times the C kernel's time, at most %.1f",
                                        m.ns() / c.ns(),
                                        TIMES_OF_C))));
            }
        }
        return lines;
    }

    private static String share(final Measured of, final double goal, final String limit) {
        final String figure =
                String.format(Locale.ROOT, "%.0f %% of %s, at least %.0f", 100 * of.ofLimit(), limit, 100 * goal);
        return line(of, of.ofLimit() >= goal, figure);
    }

    private static String line(final Measured of, final boolean met, final String figure) {
        return (met ? "met     " : "MISSED  ") + of.name() + " " + of.shape() + ": " + figure;
    }

    private static Optional<Measured> find(
            final List<Measured> measured, final String name, final String shape, final String provider) {
        return measured.stream()
                .filter(m -> m.name().equals(name)
                        && m.shape().equals(shape)
                        && m.provider().equals(provider))
                .findFirst();
    }
}
