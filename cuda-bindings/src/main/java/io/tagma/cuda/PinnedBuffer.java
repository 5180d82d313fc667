package io.tagma.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of the host that is never paged out: Java writes and reads it in place, copies to and from a device run beside everything
 * else, and kernels may use it through {@link #deviceAddress}. Its owner is whoever made it.
 */
public final class PinnedBuffer extends CudaResource {
    private final long bytes;
    private final long deviceAddress;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    @SuppressWarnings("restricted") // the driver gives an address, and its length is the one asked for
    PinnedBuffer(final CudaContext context, final long address, final long deviceAddress, final long bytes) {
        super(context, address);
        this.bytes = bytes;
        this.deviceAddress = deviceAddress;
        // An arena of its own: a use after close() is an exception and not a crash.
        this.segment = MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    }

    /** Its length, 1 or more. */
    public long bytes() {
        return bytes;
    }

    /** The memory; a use after {@link #close} throws. */
    public MemorySegment segment() {
        return segment;
    }

    /** Where it starts, as kernels see it: they read and write the host's memory over the bus. */
    public long deviceAddress() {
        handle();
        return deviceAddress;
    }

    @Override
    String what() {
        return "the pinned buffer of " + bytes + " bytes";
    }

    @Override
    String releaseCall() {
        return "cuMemFreeHost";
    }

    @Override
    int release(final long address) {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        return context().calls().context().cuMemFreeHost(address);
    }
}
