package io.tagma.tools.doctor;

import io.tagma.cuda.AbsenceReason;
import io.tagma.cuda.CudaAvailability;
import io.tagma.cuda.CudaDevice;
import io.tagma.cuda.CudaDriver;
import io.tagma.engine.kernel.KernelsProvider;
import java.util.Locale;
import java.util.stream.Collectors;

/** The GPU, or why there is none. Stateless. */
final class GpuCheck {
    private static final double GIB = 1L << 30;
    private static final int HOT_ROW_BYTES = 64 * Float.BYTES;
    private static final int MAJOR = 1000;
    private static final int MINOR = 10;

    private GpuCheck() {}

    static Finding finding(final CudaAvailability availability) {
        return switch (availability) {
            case CudaAvailability.Available available -> present(available.driver());
            case CudaAvailability.Absent absent -> absent(absent);
        };
    }

    /** Whether the GPU's kernels can be used and agree with the reference: the driver compiles them and a short check runs there. */
    static Finding kernels(final KernelsProvider.Selection cuda) {
        try (cuda) {
            return cuda.fallback()
                    ? Finding.warn(
                            "gpu kernels",
                            cuda.reason(),
                            "nothing is lost but time: --kernel cuda goes on with the CPU, with the same decisions")
                    : Finding.ok(
                            "gpu kernels",
                            "agree with the reference bit by bit; tagma doctor --calibrate measures from which size on"
                                    + " each is faster than the CPU's");
        }
    }

    private static Finding present(final CudaDriver driver) {
        try (driver) {
            final int version = driver.driverVersion();
            return Finding.ok(
                    "gpu",
                    driver.devices().stream().map(GpuCheck::text).collect(Collectors.joining("; "))
                            + "; the driver speaks CUDA " + version / MAJOR + "." + version % MAJOR / MINOR
                            + "; --kernel auto and cuda use the first");
        }
    }

    private static String text(final CudaDevice device) {
        return String.format(
                Locale.ROOT,
                "%s, compute capability %s, %.1f GiB (a copy of %,d hot rows of 64 floats)",
                device.name(),
                device.computeCapability(),
                device.totalMemoryBytes() / GIB,
                device.totalMemoryBytes() / HOT_ROW_BYTES);
    }

    // That there is none is no fault of a machine; that there is one which does not work is.
    private static Finding absent(final CudaAvailability.Absent absent) {
        final String why = "none (" + absent.reason().label() + ")";
        return absent.reason() instanceof AbsenceReason.NoDriverLibrary
                        || absent.reason() instanceof AbsenceReason.NoDevice
                ? Finding.ok("gpu", why + ", and none is needed: " + absent.detail())
                : Finding.warn(
                        "gpu",
                        why + ": " + absent.detail(),
                        "the engine goes on with the CPU, with the same decisions");
    }
}
