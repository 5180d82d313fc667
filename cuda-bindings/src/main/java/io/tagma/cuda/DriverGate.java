package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from a library's name to a driver that works: load, look for every symbol, initialise, count. Each step is taken
 * only after the one before; the first that fails is the reason of absence. Stateless; any thread may call.
 */
final class DriverGate {

    private DriverGate() {}

    @SuppressWarnings("restricted") // loading the driver is what this module is for
    static CudaAvailability open(final String libraryName) {
        final SymbolLookup library;
        try {
            // Global: never unloaded, see CudaDriver.
            library = SymbolLookup.libraryLookup(libraryName, Arena.global());
        } catch (final IllegalCallerException denied) {
            return nativeAccessDenied();
        } catch (final IllegalArgumentException notLoadable) {
            return noDriverLibrary(libraryName);
        }
        final List<String> missing = DriverCalls.missingFrom(library);
        if (!missing.isEmpty()) {
            return symbolMissing(libraryName, missing);
        }
        return initialise(libraryName, new DriverCalls(library));
    }

    private static CudaAvailability initialise(final String libraryName, final DriverCalls calls) {
        final DriverErrors errors = new DriverErrors(calls);
        final int initCode = calls.cuInit(0);
        if (initCode != DriverCalls.SUCCESS) {
            return refused(errors.describe("cuInit", "flags=0", initCode));
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment count = arena.allocate(JAVA_INT);
            final int countCode = calls.cuDeviceGetCount(count);
            if (countCode != DriverCalls.SUCCESS) {
                return refused(errors.describe("cuDeviceGetCount", "", countCode));
            }
            final int deviceCount = count.get(JAVA_INT, 0);
            return deviceCount > 0
                    ? new CudaAvailability.Available(new CudaDriver(libraryName, calls, errors, deviceCount))
                    : noDevice(null);
        }
    }

    private static CudaAvailability refused(final CudaError error) {
        if (error.code() == CudaError.NO_DEVICE) {
            return noDevice(error);
        }
        return new CudaAvailability.Absent(
                new AbsenceReason.InitFailed(error),
                error.message() + "; run nvidia-smi: if it fails too, the driver's installation is at fault");
    }

    private static CudaAvailability noDevice(final @Nullable CudaError error) {
        final String said = error == null ? "cuDeviceGetCount() answered 0 devices" : error.message();
        return new CudaAvailability.Absent(
                new AbsenceReason.NoDevice(),
                said + "; is there a GPU, is it visible in this container, does CUDA_VISIBLE_DEVICES hide it?");
    }

    private static CudaAvailability symbolMissing(final String libraryName, final List<String> missing) {
        return new CudaAvailability.Absent(
                new AbsenceReason.SymbolMissing(missing),
                libraryName + " lacks " + String.join(", ", missing) + "; a newer NVIDIA driver has it");
    }

    // The loader's own words do not reach Java, so the detail names what it can be.
    private static CudaAvailability noDriverLibrary(final String libraryName) {
        return new CudaAvailability.Absent(
                new AbsenceReason.NoDriverLibrary(libraryName),
                "the system's loader could not load " + libraryName
                        + "; is the NVIDIA driver installed, and its folder known to ldconfig or LD_LIBRARY_PATH?");
    }

    private static CudaAvailability nativeAccessDenied() {
        return new CudaAvailability.Absent(
                new AbsenceReason.NativeAccessDenied(),
                "this JVM refuses native calls; start it with --enable-native-access=ALL-UNNAMED");
    }
}
