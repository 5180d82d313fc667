package io.tagma.engine.kernel;

import java.util.Locale;

/**
 * Chooses the kernels at start-up and says why; used by the thread that launches the engine.
 *
 * <p>A provider that cannot work here, or that disagrees with the scalar reference on a short self-check, is never chosen: the
 * fallback's reason names what is missing and what would help.
 */
public final class KernelsProvider {
    private static final String MODULE = "jdk.incubator.vector";

    private KernelsProvider() {}

    /**
     * What was chosen, and why.
     *
     * @param kernels the provider
     * @param requested the name that was asked for
     * @param fallback true if the vector kernels were asked for or possible in principle, and others were chosen
     * @param reason one sentence for the log
     */
    public record Selection(Kernels kernels, String requested, boolean fallback, String reason)
            implements AutoCloseable {

        /** The same, asked for by another name. */
        Selection askedAs(final String name) {
            return new Selection(kernels, name, fallback, reason);
        }

        /** The same in place of a GPU's. */
        Selection without(final String why) {
            return new Selection(
                    kernels, requested, "cuda".equals(requested) || fallback, reason + ", without a GPU: " + why);
        }

        /** Gives back what the kernels hold outside the heap; no thread may be in a call. */
        @Override
        public void close() {
            if (kernels instanceof CudaKernels cuda) {
                cuda.close();
            }
        }
    }

    /**
     * Chooses a provider without measuring.
     *
     * @param name {@code auto}, {@code scalar}, {@code vector}, {@code cuda} or {@code measured}, in any letter case; the last is {@code
     *     auto}, which does not look for a GPU here, and {@code cuda} goes by a fixed size: see {@link KernelCalibration}. Where there
     *     is no GPU, {@code cuda} is a fallback with the reason. The caller closes what was selected
     * @throws IllegalArgumentException for another name
     */
    public static Selection select(final String name) {
        final String requested = name.toLowerCase(Locale.ROOT);
        return switch (requested) {
            case "scalar" -> new Selection(new ScalarKernels(), requested, false, "scalar kernels, as configured");
            case "auto", "vector", KernelCalibration.NAME ->
                vectorOrScalar(requested, ModuleLayer.boot().findModule(MODULE).isPresent());
            case "cuda" -> cuda(requested);
            default ->
                throw new IllegalArgumentException(
                        "tagma.kernel must be auto, scalar, vector or cuda, or measured: " + name);
        };
    }

    /** A GPU's kernels, or the processor's with what is missing: the decisions are the same. */
    private static Selection cuda(final String requested) {
        final Selection processor = vectorOrScalar(
                        "auto", ModuleLayer.boot().findModule(MODULE).isPresent())
                .askedAs(requested);
        try {
            final CudaKernels kernels = CudaKernels.open(processor.kernels());
            final long from = Long.getLong(CudaKernels.MINIMUM_WORK_PROPERTY, CudaKernels.DEFAULT_MINIMUM_WORK);
            kernels.from(from);
            return new Selection(
                    kernels,
                    requested,
                    false,
                    "CUDA kernels on " + kernels.device() + " from " + from + " multiply-adds a call on, else "
                            + processor.reason());
        } catch (final CudaGpu.Unusable none) {
            return processor.without(none.why());
        }
    }

    static Selection vectorOrScalar(final String requested, final boolean modulePresent) {
        if (!modulePresent) {
            return fallback(
                    requested, "the module " + MODULE + " is not there: start java with --add-modules " + MODULE);
        }
        final String vm = System.getProperty("java.vm.info", "");
        if (vm.contains("interpreted")) {
            return fallback(
                    requested, "this JVM only interprets (" + vm + "), where vectors are slower: leave out -Xint");
        }
        return Vector.select(requested);
    }

    private static Selection fallback(final String requested, final String why) {
        return new Selection(new ScalarKernels(), requested, true, "scalar kernels, because " + why);
    }

    /** Apart, so that no class of the vector module is resolved before it is known to be there. */
    private static final class Vector {
        static Selection select(final String requested) {
            if (VectorKernels.lanes() < 4) {
                return fallback(requested, "vectors of this machine hold " + VectorKernels.lanes() + " floats");
            }
            final Kernels kernels = new VectorKernels();
            final String difference = KernelsSelfCheck.firstDifference(kernels);
            if (!difference.isEmpty()) {
                return fallback(requested, "the vector kernels disagree with the reference in " + difference);
            }
            final int bits = VectorKernels.lanes() * Float.SIZE;
            return new Selection(
                    kernels,
                    requested,
                    false,
                    "vector kernels of " + bits + " bits, "
                            + ("vector".equals(requested) ? "as configured" : "found here"));
        }
    }
}
