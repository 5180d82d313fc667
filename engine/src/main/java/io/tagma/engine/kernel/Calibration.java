package io.tagma.engine.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What two providers were measured to take on this machine. Immutable.
 *
 * <p>It decides who computes, never what: providers agree to the last bit, so two launches, or a launch and its replay, may follow
 * different calibrations and reach the same state.
 */
public final class Calibration {
    private static final String MAGIC = "tagma-kernels 1";

    private final String machine;
    private final String small;
    private final String large;
    private final List<Crossover> crossovers;

    Calibration(final String machine, final String small, final String large, final List<Crossover> crossovers) {
        this.machine = machine;
        this.small = small;
        this.large = large;
        this.crossovers = List.copyOf(crossovers);
    }

    /** The JVM and the vector width that the times hold for. */
    String machine() {
        return machine;
    }

    /** Whether these are the times of such providers on such a machine. */
    boolean holdsFor(final String thatMachine, final Kernels thatSmall, final Kernels thatLarge) {
        return machine.equals(thatMachine) && isFor(thatSmall, thatLarge);
    }

    /** The size from which on the provider for large calls is taken; 0 for always. */
    long from(final String kernel) {
        for (final Crossover crossover : crossovers) {
            if (crossover.kernel().equals(kernel)) {
                return crossover.from();
            }
        }
        throw new IllegalArgumentException("no times of the kernel " + kernel);
    }

    /** Whether the provider for large calls is taken at no size at all. */
    boolean never() {
        return crossovers.stream().allMatch(crossover -> crossover.from() == Crossover.NEVER);
    }

    /** Whether it is about two such providers, on whatever machine. */
    boolean isFor(final Kernels thatSmall, final Kernels thatLarge) {
        return small.equals(thatSmall.name()) && large.equals(thatLarge.name());
    }

    /** Whether it is about the same two providers as another. */
    boolean sameProviders(final Calibration other) {
        return small.equals(other.small) && large.equals(other.large);
    }

    /** One line a kernel for people: which provider from which size, and the times behind it. */
    public List<String> lines() {
        return crossovers.stream().map(this::line).toList();
    }

    private String line(final Crossover crossover) {
        final long from = crossover.from();
        final String choice = from == 0
                ? large + " always"
                : from == Crossover.NEVER ? small + " always" : large + " from " + from + " on, else " + small;
        return String.format(
                Locale.ROOT,
                "%s: %s (size:ns %s/%s%s)",
                crossover.kernel(),
                choice,
                small,
                large,
                crossover.format().substring(crossover.kernel().length()));
    }

    /** In a few words, for a log. */
    String summary() {
        final long large0 = crossovers.stream().filter(c -> c.from() == 0).count();
        final long never =
                crossovers.stream().filter(c -> c.from() == Crossover.NEVER).count();
        return String.format(
                Locale.ROOT,
                "%d of %d always %s, %d by size, %d always %s",
                large0,
                crossovers.size(),
                large,
                crossovers.size() - large0 - never,
                never,
                small);
    }

    /** As a text that {@link #parse} reads. */
    String format() {
        final StringBuilder text = new StringBuilder(MAGIC).append('\n');
        text.append(machine).append('\n');
        text.append(small).append(' ').append(large).append('\n');
        crossovers.forEach(crossover -> text.append(crossover.format()).append('\n'));
        return text.toString();
    }

    /**
     * Reads {@link #format() texts} one behind the other; what is none, another version's or cut short by a crash, is left out.
     */
    static List<Calibration> parseAll(final String text) {
        final List<Calibration> found = new ArrayList<>();
        for (final String one : text.split("(?=" + MAGIC + "\n)", -1)) {
            try {
                found.add(parse(one));
            } catch (final IllegalArgumentException ignored) {
                // measured anew
            }
        }
        return found;
    }

    /**
     * Reads a {@link #format() text}.
     *
     * @throws IllegalArgumentException when it is none, or cut short
     */
    static Calibration parse(final String text) {
        final List<String> lines = text.lines().toList();
        if (lines.size() < 3 || !lines.get(0).equals(MAGIC) || !text.endsWith("\n")) {
            throw new IllegalArgumentException("not a '" + MAGIC + "'");
        }
        final String[] providers = lines.get(2).split(" ", -1);
        if (providers.length != 2) {
            throw new IllegalArgumentException("not two providers: '" + lines.get(2) + "'");
        }
        final List<Crossover> crossovers = new ArrayList<>();
        for (int i = 3; i < lines.size(); i++) {
            crossovers.add(Crossover.parse(lines.get(i)));
        }
        final List<String> names = crossovers.stream().map(Crossover::kernel).toList();
        if (!names.equals("cuda".equals(providers[1]) ? DeviceCase.names() : CalibrationCase.names())) {
            throw new IllegalArgumentException("times of other kernels: " + names);
        }
        return new Calibration(lines.get(1), providers[0], providers[1], crossovers);
    }
}
