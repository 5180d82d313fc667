package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process's context on one device: makes streams, events, buffers and modules, and ends with all of them. Any thread may use it,
 * after {@link #makeCurrent}; what it makes is used by one thread at a time.
 *
 * <p>An error that the driver will answer for ever after, such as an illegal address, <em>retires</em> the device for the process:
 * {@link #retirement} says which error, and opening it again is refused.
 */
public final class CudaContext implements AutoCloseable {
    private static final int NON_BLOCKING = 1;
    private static final int PORTABLE_AND_MAPPED = 3;

    private final CudaDriver driver;
    private final CudaDevice device;
    private final long handle;
    private final List<CudaResource> resources = new ArrayList<>();
    private volatile @Nullable CudaError retirement;
    private volatile boolean closed;
    private long leaks;
    private long refused;

    private CudaContext(final CudaDriver driver, final CudaDevice device, final long handle) {
        this.driver = driver;
        this.device = device;
        this.handle = handle;
    }

    /**
     * Opens a device and makes it the calling thread's current one.
     *
     * @param driver stays open for as long as the context, and is closed by its owner
     * @param ordinal 0 to {@code driver.deviceCount() - 1}
     * @throws IllegalStateException if the device was retired earlier in this process
     * @throws CudaException if the driver fails a call
     */
    public static CudaContext open(final CudaDriver driver, final int ordinal) {
        final Optional<CudaError> retired = RetiredDevices.retirement(driver.libraryName(), ordinal);
        if (retired.isPresent()) {
            throw new IllegalStateException("device " + ordinal + " was retired in this process after "
                    + retired.get().message() + "; a new process may use it");
        }
        final CudaDevice device = driver.device(ordinal);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = arena.allocate(JAVA_LONG);
            final int code = driver.calls().context().cuDevicePrimaryCtxRetain(place, device.handle());
            if (code != DriverCalls.SUCCESS) {
                throw new CudaException(
                        driver.errors().describe("cuDevicePrimaryCtxRetain", "dev=" + device.handle(), code));
            }
            final CudaContext context = new CudaContext(driver, device, place.get(JAVA_LONG, 0));
            try {
                context.makeCurrent();
            } catch (final CudaException failed) {
                context.releaseTwice();
                throw failed;
            }
            return context;
        }
    }

    /** What it is the context of. */
    public CudaDevice device() {
        return device;
    }

    /** Makes it the calling thread's current context. Cheap, and needed once in each thread. */
    public void makeCurrent() {
        if (closed) {
            throw new IllegalStateException(this + " was closed");
        }
        final int code = calls().context().cuCtxSetCurrent(handle);
        if (code != DriverCalls.SUCCESS && retirement == null) {
            throw failure("cuCtxSetCurrent", "", code);
        }
    }

    /** Makes a stream that does not wait for any other. */
    public CudaStream stream() {
        return new CudaStream(
                this, made("cuStreamCreate", "Flags=1", p -> calls().stream().cuStreamCreate(p, NON_BLOCKING)));
    }

    /** Makes an event. */
    public CudaEvent event() {
        return new CudaEvent(
                this, made("cuEventCreate", "Flags=0", p -> calls().stream().cuEventCreate(p, 0)));
    }

    /**
     * Takes memory of the device; what is in it is undefined.
     *
     * @throws IllegalArgumentException if {@code bytes} is below 1 or more than the device has at all
     * @throws CudaException if it does not have that much now
     */
    public DeviceBuffer deviceBuffer(final long bytes) {
        if (bytes < 1 || bytes > device.totalMemoryBytes()) {
            throw new IllegalArgumentException("a device buffer of " + bytes + " bytes was asked for, and "
                    + device.name() + " has " + device.totalMemoryBytes() + " bytes: ask for 1 to so many");
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = arena.allocate(JAVA_LONG);
            final int code = calls().context().cuMemAlloc(place, bytes);
            if (code != DriverCalls.SUCCESS) {
                throw failure(
                        "cuMemAlloc_v2",
                        "bytesize=" + bytes,
                        code,
                        device.name() + " has " + device.totalMemoryBytes() + " bytes, of which " + freeBytesOrUnknown()
                                + " are free");
            }
            return new DeviceBuffer(this, place.get(JAVA_LONG, 0), bytes);
        }
    }

    private String freeBytesOrUnknown() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment free = arena.allocate(JAVA_LONG);
            final int code = calls().context().cuMemGetInfo(free, arena.allocate(JAVA_LONG));
            return code == DriverCalls.SUCCESS ? String.valueOf(free.get(JAVA_LONG, 0)) : "an unknown number";
        }
    }

    /** How much of the device's memory is free at this moment, in bytes. */
    public long freeBytes() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment free = arena.allocate(JAVA_LONG);
            final int code = calls().context().cuMemGetInfo(free, arena.allocate(JAVA_LONG));
            if (code != DriverCalls.SUCCESS) {
                throw failure("cuMemGetInfo_v2", "", code);
            }
            return free.get(JAVA_LONG, 0);
        }
    }

    /**
     * Takes memory of the host that is never paged out; what is in it is undefined.
     *
     * @throws IllegalArgumentException if {@code bytes} is below 1
     * @throws CudaException if the system does not give that much
     */
    public PinnedBuffer pinnedBuffer(final long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "a pinned buffer of " + bytes + " bytes was asked for: ask for 1 or more");
        }
        final ContextCalls memory = calls().context();
        final long address =
                made("cuMemHostAlloc", "bytesize=" + bytes, p -> memory.cuMemHostAlloc(p, bytes, PORTABLE_AND_MAPPED));
        try {
            final long mapped = made(
                    "cuMemHostGetDevicePointer_v2", "Flags=0", p -> memory.cuMemHostGetDevicePointer(p, address, 0));
            return new PinnedBuffer(this, address, mapped, bytes);
        } catch (final CudaException failed) {
            if (memory.cuMemFreeHost(address) != DriverCalls.SUCCESS) {
                refused++;
            }
            throw failed;
        }
    }

    /**
     * Has the driver compile kernels for this device.
     *
     * @param name what to call them in messages
     * @param ptx their text in PTX
     * @throws IllegalArgumentException if it is no PTX
     * @throws CudaException if the driver refuses it: the message says what the image is and what driver and device are
     */
    public CudaModule module(final String name, final byte[] ptx) {
        return CudaModule.load(this, name, ptx);
    }

    /** The error that retired the device, if one did. */
    public Optional<CudaError> retirement() {
        return Optional.ofNullable(retirement);
    }

    /** How many things that it made are open. */
    public int open() {
        synchronized (resources) {
            return (int)
                    resources.stream().filter(resource -> !resource.isClosed()).count();
        }
    }

    /** How many things {@link #close} found that their owners had not closed. */
    public long leaks() {
        return leaks;
    }

    /** How many things the driver refused to take back one by one; they ended with the context. */
    public long refused() {
        return refused;
    }

    /**
     * Closes what its owners left open, the newest first, and gives the context back. Closing twice does nothing.
     *
     * @throws CudaException if the driver refuses twice to end the context
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        makeCurrentQuietly();
        closed = true;
        final List<CudaResource> left;
        synchronized (resources) {
            left = List.copyOf(resources).reversed();
            resources.clear();
        }
        for (final CudaResource resource : left) {
            leaks += resource.isClosed() ? 0 : 1;
            refused += resource.releaseAgain() == DriverCalls.SUCCESS ? 0 : 1;
        }
        final int code = releaseTwice();
        if (code != DriverCalls.SUCCESS && retirement == null) {
            throw failure("cuDevicePrimaryCtxRelease_v2", "dev=" + device.handle(), code);
        }
    }

    private void makeCurrentQuietly() {
        if (calls().context().cuCtxSetCurrent(handle) != DriverCalls.SUCCESS) {
            // Once more, for its own sake: without a current context nothing can be given back one by one.
            calls().context().cuCtxSetCurrent(handle);
        }
    }

    private int releaseTwice() {
        final int code = calls().context().cuDevicePrimaryCtxRelease(device.handle());
        // A sticky error is the answer to everything, and was obeyed all the same.
        return code == DriverCalls.SUCCESS || CudaError.isSticky(code)
                ? code
                : calls().context().cuDevicePrimaryCtxRelease(device.handle());
    }

    void register(final CudaResource resource) {
        synchronized (resources) {
            resources.add(resource);
        }
    }

    void forget(final CudaResource resource) {
        synchronized (resources) {
            resources.remove(resource);
        }
    }

    DriverCalls calls() {
        return driver.calls();
    }

    /** The side of driver and device in a message about the two that do not fit. */
    String description() {
        final int version = driver.driverVersion();
        return "the driver speaks CUDA " + version / 1000 + "." + version % 1000 / 10 + ", and " + device.name()
                + " has compute capability " + device.computeCapability();
    }

    CudaException failure(final String call, final String arguments, final int code) {
        return failure(call, arguments, code, "");
    }

    /** What to throw for a code other than success; retires the device where the error is one that stays. */
    CudaException failure(final String call, final String arguments, final int code, final String addition) {
        final CudaError error = driver.errors().describe(call, arguments, code);
        if (error.sticky()) {
            retirement = retirement == null ? error : retirement;
            RetiredDevices.retire(driver.libraryName(), device.ordinal(), error);
        }
        return new CudaException(error, addition);
    }

    @FunctionalInterface
    private interface Making {
        int into(MemorySegment place);
    }

    private long made(final String call, final String arguments, final Making making) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = arena.allocate(JAVA_LONG);
            final int code = making.into(place);
            if (code != DriverCalls.SUCCESS) {
                throw failure(call, arguments, code);
            }
            return place.get(JAVA_LONG, 0);
        }
    }

    @Override
    public String toString() {
        return "the context on device " + device.ordinal() + " (" + device.name() + ")";
    }
}
