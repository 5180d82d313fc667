package io.tagma.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Turns the driver's codes into {@link CudaError}s with the driver's own words. Immutable; any thread may call. */
final class DriverErrors {
    /** A driver's text that lacks its NUL is cut here rather than read to the end of memory. */
    private static final int MAX_TEXT_BYTES = 1024;

    private final DriverCalls calls;

    DriverErrors(final DriverCalls calls) {
        this.calls = calls;
    }

    /** Describes a code other than success; never fails, whatever the driver answers about its own code. */
    CudaError describe(final String call, final String arguments, final int code) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = arena.allocate(ValueLayout.ADDRESS);
            // The driver leaves the place alone when it fails, so it must be null before either call.
            place.set(ValueLayout.ADDRESS, 0, MemorySegment.NULL);
            final String name = calls.cuGetErrorName(code, place) == DriverCalls.SUCCESS
                    ? text(place.get(ValueLayout.ADDRESS, 0))
                    : "";
            place.set(ValueLayout.ADDRESS, 0, MemorySegment.NULL);
            final String text = calls.cuGetErrorString(code, place) == DriverCalls.SUCCESS
                    ? text(place.get(ValueLayout.ADDRESS, 0))
                    : "";
            return new CudaError(
                    call,
                    arguments,
                    code,
                    name.isEmpty() ? "CUDA_ERROR_" + code : name,
                    text.isEmpty() ? "the driver has no text for this code" : text);
        }
    }

    @SuppressWarnings("restricted") // the driver gives an address without a length
    private static String text(final MemorySegment start) {
        return start.address() == 0 ? "" : boundedText(start.reinterpret(MAX_TEXT_BYTES));
    }

    /** The bytes before the first NUL, or all of them where there is none. */
    static String boundedText(final MemorySegment segment) {
        int length = 0;
        while (length < segment.byteSize() && segment.get(ValueLayout.JAVA_BYTE, length) != 0) {
            length++;
        }
        final byte[] bytes = segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
