package io.tagma.engine.kernel;

import io.tagma.cuda.AbsenceReason;
import io.tagma.cuda.CudaAvailability;
import io.tagma.cuda.CudaContext;
import io.tagma.cuda.CudaDriver;
import io.tagma.cuda.CudaException;
import io.tagma.cuda.CudaFunction;
import io.tagma.cuda.CudaModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One GPU with the kernels on it, and whether it may still be used. Shared by all threads; opened and closed by the engine's. */
final class CudaGpu implements AutoCloseable {
    /** System property that names the driver's library, for a driver outside the loader's path and for tests. */
    static final String LIBRARY_PROPERTY = "tagma.cuda.library";

    /** After so many calls that failed without breaking the device it is given up: the same would fail again and again. */
    private static final int MAX_FAILURES = 8;

    private static final String RESOURCE = "/io/tagma/cuda/tagma_kernels.ptx";

    private final CudaDriver driver;
    private final CudaContext context;
    private final CudaModule module;
    private final AtomicInteger failures = new AtomicInteger();
    private final DeviceLog log = new DeviceLog();
    private volatile @Nullable String givenUp;

    private CudaGpu(final CudaDriver driver, final CudaContext context, final CudaModule module) {
        this.driver = driver;
        this.context = context;
        this.module = module;
    }

    /**
     * Opens the first device and has the driver compile the kernels for it.
     *
     * @throws Unusable with the reason, where there is no such device or it cannot be used
     */
    static CudaGpu open(final String libraryName) {
        return switch (CudaDriver.open(libraryName)) {
            case CudaAvailability.Absent absent ->
                throw new Unusable(
                        absent.reason() instanceof AbsenceReason.NoDriverLibrary
                                || absent.reason() instanceof AbsenceReason.NoDevice,
                        absent.reason().label() + ": " + absent.detail(),
                        null);
            case CudaAvailability.Available available -> open(available.driver());
        };
    }

    private static CudaGpu open(final CudaDriver driver) {
        try {
            final CudaContext context = CudaContext.open(driver, 0);
            try {
                return new CudaGpu(driver, context, context.module("tagma_kernels.ptx", image()));
            } catch (final CudaException failed) {
                context.close();
                throw failed;
            }
        } catch (final CudaException | IllegalStateException failed) {
            driver.close();
            throw new Unusable(false, String.valueOf(failed.getMessage()), failed);
        }
    }

    /** Why no GPU is used. */
    static final class Unusable extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final boolean absent;
        private final String why;

        Unusable(final boolean absent, final String why, final @Nullable Exception cause) {
            super(
                    "tagma.kernel=cuda needs a GPU that can be used (auto, vector and scalar decide the same without): "
                            + why,
                    cause);
            this.absent = absent;
            this.why = why;
        }

        /** Whether this machine has none, or no driver; no fault, then. */
        boolean absent() {
            return absent;
        }

        /** What is missing, and what would help. */
        String why() {
            return why;
        }
    }

    private static byte[] image() {
        try (InputStream in = CudaDriver.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the class path has no " + RESOURCE + ": it comes with tagma-cuda-bindings");
            }
            return in.readAllBytes();
        } catch (final IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    CudaContext context() {
        return context;
    }

    CudaFunction function(final String name) {
        return module.function(name);
    }

    /** Whether calls may still be sent there. */
    boolean usable() {
        return givenUp == null;
    }

    /** Why calls go to the processor now, or the empty string. */
    String givenUp() {
        final String why = givenUp;
        return why == null ? "" : why;
    }

    /**
     * Notes a call that failed, and gives the device up where that is the end of it.
     *
     * @param kernel what was called
     */
    synchronized void failed(final String kernel, final RuntimeException error) {
        final String why = String.valueOf(error.getMessage());
        final boolean end = failures.incrementAndGet() >= MAX_FAILURES
                || context.retirement().isPresent();
        final boolean left = end && givenUp == null;
        if (left) {
            givenUp = why;
        }
        log.add(kernel, why, left);
    }

    /** What failed, for whoever journals it. */
    DeviceLog log() {
        return log;
    }

    /** How many things were left open when this was closed: a test's measure. */
    long leaks() {
        return context.leaks();
    }

    /** Ends every use; the lanes were closed before. */
    @Override
    public void close() {
        givenUp = givenUp == null ? "closed" : givenUp;
        try {
            if (!context.retirement().isPresent()) {
                module.close();
            }
        } catch (final CudaException refused) {
            // The context tries once more and takes it along.
            failures.incrementAndGet();
        } finally {
            context.close();
            driver.close();
        }
    }

    @Override
    public String toString() {
        return context.device().name() + ", compute capability "
                + context.device().computeCapability();
    }
}
