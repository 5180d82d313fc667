package io.tagma.engine.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Measures providers at start-up and has each call go to the faster one; used by the launching thread.
 *
 * <p>Rounds over all kernels, sizes and both providers, until a number of rounds has made nothing faster any more: then what is measured is
 * compiled. Of each, the shortest time a call counts, so that other work on the machine does not decide. What was measured is kept in a
 * file and holds until JVM, processors or vector width are others.
 */
public final class KernelCalibration {
    /** The name by which it is asked for. */
    public static final String NAME = "measured";

    /** The file in an engine's directory that keeps the calibration. */
    public static final String FILE = "kernels";

    private static final long BUDGET_NS = 6_000_000_000L;
    private static final int QUIET_ROUNDS = 16;
    private static final double FASTER = 0.85;
    private static final long CHUNK_NS = 100_000;
    private static final int MOST_CALLS = 1 << 14;

    private final NanoClock clock;
    private final long budgetNs;

    KernelCalibration(final NanoClock clock, final long budgetNs) {
        this.clock = clock;
        this.budgetNs = budgetNs;
    }

    /**
     * Chooses as {@link KernelsProvider#select} does; {@value #NAME} follows the calibration of a file, or makes one.
     *
     * @param place gives the file where it is kept, in the engine's directory, existing and empty the first time; asked only when needed
     * @param clock for the times
     */
    public static KernelsProvider.Selection select(
            final String name, final Supplier<Path> place, final NanoClock clock) {
        final KernelsProvider.Selection best = KernelsProvider.select(name);
        if (!best.requested().equals(NAME) || best.fallback()) {
            return best; // asked for by name, or nothing to choose from
        }
        final Kernels small = new ScalarKernels();
        final String machine = machine(best.reason());
        final Path record = place.get();
        final String text = read(record);
        Calibration calibration = parse(text);
        String source = "as kept in " + record.getFileName();
        if (calibration == null || !calibration.holdsFor(machine, small, best.kernels())) {
            source =
                    "now, since " + (text.isEmpty() ? "there was no calibration" : "the one kept is another machine's");
            calibration = new KernelCalibration(clock, BUDGET_NS).measure(machine, small, best.kernels());
            source += keep(record, calibration);
        }
        return new KernelsProvider.Selection(
                new CalibratedKernels(small, best.kernels(), calibration),
                best.requested(),
                false,
                "kernels by size as measured " + source + ": " + calibration.summary());
    }

    /** Measures here and now, for people to read; empty where there is one provider only. */
    public static List<String> report(final NanoClock clock) {
        final KernelsProvider.Selection best = KernelsProvider.select(NAME);
        return best.fallback()
                ? List.of()
                : new KernelCalibration(clock, BUDGET_NS)
                        .measure(machine(best.reason()), new ScalarKernels(), best.kernels())
                        .lines();
    }

    /** What an engine's launch kept in its directory, for people to read; empty when there is none. */
    public static List<String> kept(final Path directory) {
        final Calibration calibration = parse(read(directory.resolve(FILE)));
        return calibration == null ? List.of() : calibration.lines();
    }

    private static String machine(final String vectors) {
        return String.join(
                        "; ",
                        System.getProperty("os.arch"),
                        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                        Runtime.getRuntime().availableProcessors() + " processors",
                        vectors)
                .replace('\n', ' ');
    }

    private static String read(final Path record) {
        try {
            return Files.exists(record) ? Files.readString(record) : "";
        } catch (final IOException e) {
            return ""; // measured anew; what cannot be kept is said then
        }
    }

    private static @Nullable Calibration parse(final String text) {
        try {
            return text.isEmpty() ? null : Calibration.parse(text);
        } catch (final IllegalArgumentException e) {
            return null; // another version's, or cut short by a crash: measured anew
        }
    }

    private static String keep(final Path record, final Calibration calibration) {
        try {
            Files.writeString(record, calibration.format());
            return "";
        } catch (final IOException e) {
            return String.format(Locale.ROOT, " (%s cannot be written: %s)", record.getFileName(), e);
        }
    }

    /** Measures two providers. */
    Calibration measure(final String machine, final Kernels small, final Kernels large) {
        final List<CalibrationCase.Kernel> kernels = CalibrationCase.kernels();
        final double[][] smallNs = new double[kernels.size()][];
        final double[][] largeNs = new double[kernels.size()][];
        for (int k = 0; k < smallNs.length; k++) {
            smallNs[k] = unknown(kernels.get(k));
            largeNs[k] = unknown(kernels.get(k));
        }
        try (Arena arena = Arena.ofConfined()) {
            final CalibrationCase inputs = new CalibrationCase(arena);
            final long began = clock.nanoTime();
            for (int quiet = 0; quiet < QUIET_ROUNDS && clock.nanoTime() - began < budgetNs; quiet++) {
                boolean faster = false;
                for (int k = 0; k < smallNs.length; k++) {
                    faster |= time(inputs, kernels.get(k), small, smallNs[k]);
                    faster |= time(inputs, kernels.get(k), large, largeNs[k]);
                }
                if (faster) {
                    quiet = -1;
                }
            }
        }
        final List<Crossover> crossovers = new ArrayList<>();
        for (int k = 0; k < smallNs.length; k++) {
            final CalibrationCase.Kernel kernel = kernels.get(k);
            crossovers.add(new Crossover(
                    kernel.name(),
                    kernel.counts().stream().mapToLong(n -> n * kernel.unit()).toArray(),
                    smallNs[k],
                    largeNs[k]));
        }
        return new Calibration(machine, small.name(), large.name(), crossovers);
    }

    private static double[] unknown(final CalibrationCase.Kernel kernel) {
        final double[] times = new double[kernel.counts().size()];
        Arrays.fill(times, Double.MAX_VALUE);
        return times;
    }

    /** Calls for a short while, ever more at a time, and keeps the shortest time a call of each size, ns; whether one is much shorter. */
    private boolean time(
            final CalibrationCase inputs,
            final CalibrationCase.Kernel kernel,
            final Kernels provider,
            final double[] shortest) {
        boolean faster = false;
        for (int i = 0; i < shortest.length; i++) {
            final double before = shortest[i];
            final int count = kernel.counts().get(i);
            long spentNs = 0;
            for (int calls = 1; calls <= MOST_CALLS && spentNs < CHUNK_NS; calls *= 4) {
                final long began = clock.nanoTime();
                for (int c = 0; c < calls; c++) {
                    kernel.call().run(inputs, provider, count);
                }
                spentNs = Math.max(1, clock.nanoTime() - began);
                shortest[i] = Math.min(shortest[i], (double) spentNs / calls);
            }
            faster |= shortest[i] < FASTER * before;
        }
        return faster;
    }
}
