package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A mark in a stream: others wait for it, and two of them measure the time between. Its owner is whoever made it. */
public final class CudaEvent extends CudaResource {
    CudaEvent(final CudaContext context, final long handle) {
        super(context, handle);
    }

    /** Waits until the stream has come to where this was last recorded; at once if it never was. */
    public void synchronize() {
        final int code = context().calls().stream().cuEventSynchronize(handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuEventSynchronize", "", code);
        }
    }

    /**
     * The device's time from another event to this one, in milliseconds, in steps of about a microsecond. Both were recorded and
     * have been reached.
     */
    public float millisSince(final CudaEvent start) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment millis = arena.allocate(JAVA_FLOAT);
            final int code =
                    context().calls().stream().cuEventElapsedTime(millis, start.handleFor(context()), handle());
            if (code != DriverCalls.SUCCESS) {
                throw context().failure("cuEventElapsedTime", "", code);
            }
            return millis.get(JAVA_FLOAT, 0);
        }
    }

    @Override
    String what() {
        return "the event";
    }

    @Override
    String releaseCall() {
        return "cuEventDestroy_v2";
    }

    @Override
    int release(final long handle) {
        return context().calls().stream().cuEventDestroy(handle);
    }
}
