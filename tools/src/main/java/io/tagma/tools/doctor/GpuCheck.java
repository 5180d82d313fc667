package io.tagma.tools.doctor;

import io.tagma.cuda.AbsenceReason;
import io.tagma.cuda.CudaAvailability;
import io.tagma.cuda.CudaDevice;
import io.tagma.cuda.CudaDriver;
import java.util.Locale;
import java.util.stream.Collectors;

/** The GPU, or why there is none. Stateless. */
final class GpuCheck {
    private static final double GIB = 1L << 30;
    private static final int MAJOR = 1000;
    private static final int MINOR = 10;

    private GpuCheck() {}

    static Finding finding(final CudaAvailability availability) {
        return switch (availability) {
            case CudaAvailability.Available available -> present(available.driver());
            case CudaAvailability.Absent absent -> absent(absent);
        };
    }

    private static Finding present(final CudaDriver driver) {
        try (driver) {
            final int version = driver.driverVersion();
            return Finding.ok(
                    "gpu",
                    driver.devices().stream().map(GpuCheck::text).collect(Collectors.joining("; "))
                            + "; the driver speaks CUDA " + version / MAJOR + "." + version % MAJOR / MINOR);
        }
    }

    private static String text(final CudaDevice device) {
        return String.format(
                Locale.ROOT,
                "%s, compute capability %s, %.0f GiB",
                device.name(),
                device.computeCapability(),
                device.totalMemoryBytes() / GIB);
    }

    // That there is none is no fault of a machine; that there is one which does not work is.
    private static Finding absent(final CudaAvailability.Absent absent) {
        final String fact = "none (" + absent.reason().label() + "): " + absent.detail();
        return absent.reason() instanceof AbsenceReason.NoDriverLibrary
                        || absent.reason() instanceof AbsenceReason.NoDevice
                ? Finding.ok("gpu", fact)
                : Finding.warn("gpu", fact, "the engine goes on with the CPU, with the same decisions");
    }
}
