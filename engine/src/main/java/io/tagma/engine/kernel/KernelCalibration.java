package io.tagma.engine.kernel;

import static java.util.stream.Collectors.joining;

import io.tagma.engine.kernel.KernelsProvider.Selection;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/**
 * Measures providers at start-up and has each call go to the faster one; used by the launching thread.
 *
 * <p>Rounds over all kernels, sizes and both providers, until a number of rounds has made nothing faster any more: then what is measured is
 * compiled. Of each, the shortest time a call counts, so that other work on the machine does not decide. What was measured is kept in a
 * file and holds until JVM, processors, vector width or GPU are others.
 *
 * <p>There are two pairs: scalar and vector for {@value #NAME}, and the processor's kernels and a GPU's for {@value #NAME}, {@code cuda}
 * and {@code auto}, where there is a GPU.
 */
public final class KernelCalibration {
    /** The name by which it is asked for. */
    public static final String NAME = "measured";

    /** The file in an engine's directory that keeps the calibrations. */
    public static final String FILE = "kernels";

    /** System property: {@code false} keeps {@code auto} and {@value #NAME} from looking for a GPU, one that others need, say. */
    public static final String GPU_PROPERTY = "tagma.kernel.gpu";

    private static final long BUDGET_NS = 6_000_000_000L;
    private static final int ALL_SIZES = 8;
    private static final int QUIET_ROUNDS = 16;
    private static final double FASTER = 0.85;
    private static final long CHUNK_NS = 100_000;
    private static final int MOST_CALLS = 1 << 14;

    private final NanoClock clock;
    private final long budgetNs;
    private final int deviceSizes;

    /**
     * For a while.
     *
     * @param deviceSizes of each kernel of a GPU, the first so many sizes are measured
     */
    KernelCalibration(final NanoClock clock, final long budgetNs, final int deviceSizes) {
        this.clock = clock;
        this.budgetNs = budgetNs;
        this.deviceSizes = deviceSizes;
    }

    /**
     * Chooses as {@link KernelsProvider#select} does, and follows the calibrations of a file, or makes them: {@value #NAME} of the
     * processor's kernels, and it, {@code cuda} and {@code auto} of a GPU's, where there is one.
     *
     * @param place gives the file where they are kept, in the engine's directory, existing and empty the first time; asked only when needed
     * @param clock for the times
     */
    public static Selection select(final String name, final Supplier<Path> place, final NanoClock clock) {
        return new KernelCalibration(clock, BUDGET_NS, ALL_SIZES).choose(name, place);
    }

    Selection choose(final String name, final Supplier<Path> place) {
        final String requested = name.toLowerCase(Locale.ROOT);
        return switch (requested) {
            case NAME -> withGpu(processor(requested, place), place);
            case "auto" -> withGpu(KernelsProvider.select(requested), place);
            case "cuda" ->
                System.getProperty(CudaKernels.MINIMUM_WORK_PROPERTY) != null
                        ? KernelsProvider.select(requested)
                        : withGpu(KernelsProvider.select("auto").askedAs(requested), place);
            default -> KernelsProvider.select(name);
        };
    }

    private Selection processor(final String requested, final Supplier<Path> place) {
        final Selection best = KernelsProvider.select(requested);
        if (best.fallback()) {
            return best; // nothing to choose from
        }
        final Kernels small = new ScalarKernels();
        final Followed followed = follow(
                place,
                machine(KernelsProvider.select("auto").reason()),
                small,
                best.kernels(),
                machine -> measure(machine, small, best.kernels()));
        return new Selection(
                new CalibratedKernels(small, best.kernels(), followed.calibration),
                requested,
                false,
                "kernels by size as measured " + followed.source + ": " + followed.calibration.summary());
    }

    /** The processor's kernels, and beside them a GPU's where there is one and it is ever faster. */
    private Selection withGpu(final Selection processor, final Supplier<Path> place) {
        final boolean wanted = "cuda".equals(processor.requested());
        if (!wanted && !Boolean.parseBoolean(System.getProperty(GPU_PROPERTY, "true"))) {
            return processor;
        }
        final CudaKernels cuda;
        try {
            cuda = CudaKernels.open(processor.kernels());
        } catch (final CudaGpu.Unusable none) {
            return none.absent() && !wanted ? processor : processor.without(none.why());
        }
        try {
            return withGpu(processor, cuda, place);
        } catch (final CudaGpu.Unusable failed) {
            cuda.close();
            return processor.without(failed.why());
        } catch (final RuntimeException e) {
            cuda.close();
            throw e;
        }
    }

    private Selection withGpu(final Selection processor, final CudaKernels cuda, final Supplier<Path> place) {
        final Followed followed = follow(
                place,
                machine(KernelsProvider.select("auto").reason()) + "; " + cuda.device(),
                processor.kernels(),
                cuda,
                machine -> measureDevice(machine, processor.kernels(), cuda));
        if (followed.calibration.never() && !"cuda".equals(processor.requested())) {
            cuda.close();
            return processor.without(cuda.device() + " was slower at every size, as measured " + followed.source);
        }
        cuda.follow(CudaCrossovers.of(followed.calibration));
        return new Selection(
                cuda,
                processor.requested(),
                false,
                "CUDA kernels on " + cuda.device() + " by size as measured " + followed.source + ": "
                        + followed.calibration.summary() + "; the rest by " + processor.reason());
    }

    /** A calibration, and where it is from. */
    private record Followed(Calibration calibration, String source) {}

    /** What the file keeps for such providers on such a machine, or what is measured now, and then kept. */
    private static Followed follow(
            final Supplier<Path> place,
            final String machine,
            final Kernels small,
            final Kernels large,
            final Function<String, Calibration> measuring) {
        final Path record = place.get();
        final List<Calibration> kept = Calibration.parseAll(read(record));
        boolean others = false;
        for (final Calibration calibration : kept) {
            if (calibration.holdsFor(machine, small, large)) {
                return new Followed(calibration, "as kept in " + record.getFileName());
            }
            others |= calibration.isFor(small, large);
        }
        final Calibration calibration = measuring.apply(machine);
        final List<Calibration> all = new ArrayList<>(kept);
        all.removeIf(calibration::sameProviders);
        all.add(calibration);
        return new Followed(
                calibration,
                "now, since " + (others ? "the one kept is another machine's" : "there was no calibration")
                        + keep(record, all));
    }

    /** Measures here and now, for people to read; empty where there is one provider only. */
    public static List<String> report(final NanoClock clock) {
        final KernelCalibration measuring = new KernelCalibration(clock, BUDGET_NS, ALL_SIZES);
        final Selection best = KernelsProvider.select("auto");
        final List<String> lines = new ArrayList<>();
        if (!best.fallback()) {
            lines.addAll(measuring
                    .measure(machine(best.reason()), new ScalarKernels(), best.kernels())
                    .lines());
        }
        try (CudaKernels cuda = CudaKernels.open(best.kernels())) {
            lines.addAll(
                    measuring.measureDevice(cuda.device(), best.kernels(), cuda).lines());
        } catch (final CudaGpu.Unusable none) {
            return lines; // another finding says why
        }
        return lines;
    }

    /** What an engine's launch kept in its directory, for people to read; empty when there is none. */
    public static List<String> kept(final Path directory) {
        return Calibration.parseAll(read(directory.resolve(FILE))).stream()
                .flatMap(calibration -> calibration.lines().stream())
                .toList();
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

    private static String keep(final Path record, final List<Calibration> calibrations) {
        try {
            Files.writeString(
                    record, calibrations.stream().map(Calibration::format).collect(joining()));
            return "";
        } catch (final IOException e) {
            return String.format(Locale.ROOT, " (%s cannot be written: %s)", record.getFileName(), e);
        }
    }

    /** Measures the processor's two providers. */
    Calibration measure(final String machine, final Kernels small, final Kernels large) {
        try (Arena arena = Arena.ofConfined()) {
            return measure(machine, small, large, new CalibrationCase(arena), CalibrationCase.kernels());
        }
    }

    /** Measures the processor's kernels and a GPU's; times of a GPU that failed meanwhile, and was stood in for, are none. */
    private Calibration measureDevice(final String machine, final Kernels processor, final CudaKernels cuda) {
        final Calibration calibration;
        try (Arena arena = Arena.ofConfined();
                DeviceCase inputs = new DeviceCase(arena, cuda, deviceSizes)) {
            calibration = measure(machine, processor, cuda, inputs, DeviceCase.kernels(deviceSizes));
        }
        if (!cuda.givenUp().isEmpty() || cuda.redone() + cuda.rows().redone() > 0) {
            throw new CudaGpu.Unusable(
                    false,
                    cuda.device() + " failed while it was measured: "
                            + (cuda.givenUp().isEmpty() ? "a call had to be done again" : cuda.givenUp()),
                    null);
        }
        return calibration;
    }

    private <T> Calibration measure(
            final String machine,
            final Kernels small,
            final Kernels large,
            final T inputs,
            final List<MeasuredKernel<T>> kernels) {
        final double[][] smallNs = new double[kernels.size()][];
        final double[][] largeNs = new double[kernels.size()][];
        for (int k = 0; k < smallNs.length; k++) {
            smallNs[k] = unknown(kernels.get(k));
            largeNs[k] = unknown(kernels.get(k));
        }
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
        final List<Crossover> crossovers = new ArrayList<>();
        for (int k = 0; k < smallNs.length; k++) {
            final MeasuredKernel<T> kernel = kernels.get(k);
            crossovers.add(new Crossover(
                    kernel.name(),
                    kernel.counts().stream().mapToLong(n -> n * kernel.unit()).toArray(),
                    smallNs[k],
                    largeNs[k]));
        }
        return new Calibration(machine, small.name(), large.name(), crossovers);
    }

    private static double[] unknown(final MeasuredKernel<?> kernel) {
        final double[] times = new double[kernel.counts().size()];
        Arrays.fill(times, Double.MAX_VALUE);
        return times;
    }

    /** Calls for a short while, ever more at a time, and keeps the shortest time a call of each size, ns; whether one is much shorter. */
    private <T> boolean time(
            final T inputs, final MeasuredKernel<T> kernel, final Kernels provider, final double[] shortest) {
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
