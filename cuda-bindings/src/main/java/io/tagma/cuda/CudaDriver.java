package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * The machine's CUDA driver, loaded and initialised; {@link #open()} is the only way in. Control plane; any thread may call.
 *
 * <p>The driver's library stays in the process once it was loaded: unloading one that was initialised is known to crash, and a
 * library of the global scope costs a call no bookkeeping. Opening again is cheap and answers anew.
 */
public final class CudaDriver implements AutoCloseable {
    /** What the loader is asked for: the name that NVIDIA's driver installs, not the toolkit's {@code libcuda.so}. */
    public static final String LIBRARY_NAME = "libcuda.so.1";

    private static final int NAME_BYTES = 256;

    private final DriverCalls calls;
    private final DriverErrors errors;
    private final int deviceCount;
    private final String libraryName;
    private final AtomicBoolean closed = new AtomicBoolean();

    CudaDriver(final String libraryName, final DriverCalls calls, final DriverErrors errors, final int deviceCount) {
        this.libraryName = libraryName;
        this.calls = calls;
        this.errors = errors;
        this.deviceCount = deviceCount;
    }

    /** Opens {@link #LIBRARY_NAME}. Never throws for what the machine has or lacks. */
    public static CudaAvailability open() {
        return open(LIBRARY_NAME);
    }

    /**
     * Opens the driver in another library: a driver outside the loader's path, or a test's stand-in.
     *
     * @param libraryName a name for the system's loader, or an absolute path
     * @return the driver, or why there is none; what the machine has or lacks is never an exception
     * @throws IllegalArgumentException if the name is blank
     */
    public static CudaAvailability open(final String libraryName) {
        if (libraryName.isBlank()) {
            // The system's loader takes an empty name for the program itself.
            throw new IllegalArgumentException("the CUDA driver's library name must not be blank, e.g. " + LIBRARY_NAME
                    + ": '" + libraryName + "'");
        }
        return DriverGate.open(libraryName);
    }

    /**
     * The newest CUDA version that the driver supports, as {@code 1000 * major + 10 * minor}: 13000 is CUDA 13.0.
     *
     * @throws CudaException if the driver fails the call
     * @throws IllegalStateException if this driver was closed
     */
    public int driverVersion() {
        ensureOpen();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment version = arena.allocate(JAVA_INT);
            check("cuDriverGetVersion", "", calls.cuDriverGetVersion(version));
            return version.get(JAVA_INT, 0);
        }
    }

    /**
     * How many devices this process may use, 1 or more; fixed when the driver was opened.
     *
     * @throws IllegalStateException if this driver was closed
     */
    public int deviceCount() {
        ensureOpen();
        return deviceCount;
    }

    /**
     * Asks the driver about every device, in the order of their ordinals.
     *
     * @throws CudaException if the driver fails a call
     * @throws IllegalStateException if this driver was closed
     */
    public List<CudaDevice> devices() {
        ensureOpen();
        return IntStream.range(0, deviceCount).mapToObj(this::device).toList();
    }

    /**
     * Asks the driver about one device.
     *
     * @param ordinal 0 to {@code deviceCount() - 1}
     * @throws IndexOutOfBoundsException if there is no such device
     * @throws CudaException if the driver fails a call
     * @throws IllegalStateException if this driver was closed
     */
    public CudaDevice device(final int ordinal) {
        ensureOpen();
        if (ordinal < 0 || ordinal >= deviceCount) {
            throw new IndexOutOfBoundsException("device " + ordinal + " of " + deviceCount + ": the first one is 0");
        }
        try (Arena arena = Arena.ofConfined()) {
            final int handle = handle(arena, ordinal);
            final ComputeCapability capability = new ComputeCapability(
                    attribute(arena, DriverCalls.COMPUTE_CAPABILITY_MAJOR, handle),
                    attribute(arena, DriverCalls.COMPUTE_CAPABILITY_MINOR, handle));
            return new CudaDevice(ordinal, handle, name(arena, handle), capability, totalMemoryBytes(arena, handle));
        }
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return closed.get();
    }

    /** Ends the use of this object; later calls on it throw. The library stays loaded. Closing again does nothing. */
    @Override
    public void close() {
        closed.set(true);
    }

    String libraryName() {
        return libraryName;
    }

    DriverCalls calls() {
        ensureOpen();
        return calls;
    }

    DriverErrors errors() {
        return errors;
    }

    private int handle(final Arena arena, final int ordinal) {
        final MemorySegment device = arena.allocate(JAVA_INT);
        check("cuDeviceGet", "ordinal=" + ordinal, calls.cuDeviceGet(device, ordinal));
        return device.get(JAVA_INT, 0);
    }

    private int attribute(final Arena arena, final int attribute, final int handle) {
        final MemorySegment value = arena.allocate(JAVA_INT);
        check(
                "cuDeviceGetAttribute",
                "attrib=" + attribute + ", dev=" + handle,
                calls.cuDeviceGetAttribute(value, attribute, handle));
        return value.get(JAVA_INT, 0);
    }

    private String name(final Arena arena, final int handle) {
        final MemorySegment name = arena.allocate(NAME_BYTES);
        check(
                "cuDeviceGetName",
                "len=" + NAME_BYTES + ", dev=" + handle,
                calls.cuDeviceGetName(name, NAME_BYTES, handle));
        return DriverErrors.boundedText(name);
    }

    private long totalMemoryBytes(final Arena arena, final int handle) {
        final MemorySegment bytes = arena.allocate(DriverCalls.SIZE_T);
        check("cuDeviceTotalMem_v2", "dev=" + handle, calls.cuDeviceTotalMem(bytes, handle));
        return bytes.get(DriverCalls.SIZE_T, 0);
    }

    private void check(final String call, final String arguments, final int code) {
        if (code != DriverCalls.SUCCESS) {
            throw new CudaException(errors.describe(call, arguments, code));
        }
    }

    private void ensureOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this CUDA driver was closed; CudaDriver.open() gives another");
        }
    }
}
