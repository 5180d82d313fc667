package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The driver's calls as Java methods, declaration for declaration those of {@code native/include/tagma_cuda.h}. Immutable; any
 * thread may call.
 *
 * <p>Written by hand, in the shape that a generator gives its output, so that a generated class can take its place. All state
 * is in the instance and a symbol that is missing is found out by {@link #missingFrom} first, so that no class initialiser
 * can fail. Every method answers the driver's code unchanged.
 */
final class DriverCalls {
    /** {@code CUDA_SUCCESS}. */
    static final int SUCCESS = 0;

    /** {@code CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR}. */
    static final int COMPUTE_CAPABILITY_MAJOR = 75;

    /** {@code CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR}. */
    static final int COMPUTE_CAPABILITY_MINOR = 76;

    /** C's {@code size_t} on every platform that has both a driver and a Java linker. */
    static final ValueLayout.OfLong SIZE_T = ValueLayout.JAVA_LONG;

    /** Every symbol that is bound, here and in the two other classes of calls. */
    static final List<String> SYMBOLS = Stream.of(
                    List.of(
                            "cuInit",
                            "cuDriverGetVersion",
                            "cuDeviceGetCount",
                            "cuDeviceGet",
                            "cuDeviceGetName",
                            "cuDeviceGetAttribute",
                            "cuDeviceTotalMem_v2",
                            "cuGetErrorName",
                            "cuGetErrorString"),
                    ContextCalls.SYMBOLS,
                    StreamCalls.SYMBOLS)
            .flatMap(List::stream)
            .toList();

    private final MethodHandle init;
    private final MethodHandle driverGetVersion;
    private final MethodHandle deviceGetCount;
    private final MethodHandle deviceGet;
    private final MethodHandle deviceGetName;
    private final MethodHandle deviceGetAttribute;
    private final MethodHandle deviceTotalMem;
    private final MethodHandle getErrorName;
    private final MethodHandle getErrorString;
    private final ContextCalls context;
    private final StreamCalls stream;
    private final Map<String, FunctionDescriptor> signatures;

    /** Binds every symbol and calls none. All of {@link #SYMBOLS} must be in the library. */
    DriverCalls(final SymbolLookup library) {
        final DriverBinder binder = new DriverBinder(library);
        init = binder.bind("cuInit", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        driverGetVersion = binder.bind("cuDriverGetVersion", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        deviceGetCount = binder.bind("cuDeviceGetCount", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        deviceGet = binder.bind("cuDeviceGet", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        deviceGetName = binder.bind("cuDeviceGetName", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        deviceGetAttribute =
                binder.bind("cuDeviceGetAttribute", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        deviceTotalMem = binder.bind("cuDeviceTotalMem_v2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        getErrorName = binder.bind("cuGetErrorName", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        getErrorString = binder.bind("cuGetErrorString", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        context = new ContextCalls(binder);
        stream = new StreamCalls(binder);
        signatures = Map.copyOf(binder.bound());
    }

    /** Those of {@link #SYMBOLS} that the library lacks, in that order. */
    static List<String> missingFrom(final SymbolLookup library) {
        return SYMBOLS.stream().filter(symbol -> library.find(symbol).isEmpty()).toList();
    }

    /** The calls about contexts, memory and copies. */
    ContextCalls context() {
        return context;
    }

    /** The calls about streams, events, modules, launches and graphs. */
    StreamCalls stream() {
        return stream;
    }

    /** Every call's signature as it was bound. */
    Map<String, FunctionDescriptor> signatures() {
        return signatures;
    }

    /** {@code cuInit(unsigned int flags)}. */
    int cuInit(final int flags) {
        try {
            return (int) init.invokeExact(flags);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuInit", thrown);
        }
    }

    /** {@code cuDriverGetVersion(int *driverVersion)}. */
    int cuDriverGetVersion(final MemorySegment driverVersion) {
        try {
            return (int) driverGetVersion.invokeExact(driverVersion);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDriverGetVersion", thrown);
        }
    }

    /** {@code cuDeviceGetCount(int *count)}. */
    int cuDeviceGetCount(final MemorySegment count) {
        try {
            return (int) deviceGetCount.invokeExact(count);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDeviceGetCount", thrown);
        }
    }

    /** {@code cuDeviceGet(CUdevice *device, int ordinal)}. */
    int cuDeviceGet(final MemorySegment device, final int ordinal) {
        try {
            return (int) deviceGet.invokeExact(device, ordinal);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDeviceGet", thrown);
        }
    }

    /** {@code cuDeviceGetName(char *name, int len, CUdevice dev)}. */
    int cuDeviceGetName(final MemorySegment name, final int length, final int device) {
        try {
            return (int) deviceGetName.invokeExact(name, length, device);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDeviceGetName", thrown);
        }
    }

    /** {@code cuDeviceGetAttribute(int *pi, CUdevice_attribute attrib, CUdevice dev)}. */
    int cuDeviceGetAttribute(final MemorySegment value, final int attribute, final int device) {
        try {
            return (int) deviceGetAttribute.invokeExact(value, attribute, device);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDeviceGetAttribute", thrown);
        }
    }

    /** {@code cuDeviceTotalMem_v2(size_t *bytes, CUdevice dev)}. */
    int cuDeviceTotalMem(final MemorySegment bytes, final int device) {
        try {
            return (int) deviceTotalMem.invokeExact(bytes, device);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuDeviceTotalMem_v2", thrown);
        }
    }

    /** {@code cuGetErrorName(CUresult error, const char **pStr)}. */
    int cuGetErrorName(final int error, final MemorySegment name) {
        try {
            return (int) getErrorName.invokeExact(error, name);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuGetErrorName", thrown);
        }
    }

    /** {@code cuGetErrorString(CUresult error, const char **pStr)}. */
    int cuGetErrorString(final int error, final MemorySegment text) {
        try {
            return (int) getErrorString.invokeExact(error, text);
        } catch (final Throwable thrown) {
            throw DriverBinder.unexpected("cuGetErrorString", thrown);
        }
    }
}
