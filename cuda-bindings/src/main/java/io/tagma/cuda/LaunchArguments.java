package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The arguments of one kernel in memory of their own, set as often as one likes without allocating. Owned by one thread. A launch, or a
 * capture, copies them at once.
 *
 * <p>Each setter knows the kernel's parameter: a float for an integer, or one too many, is an error that names both.
 */
public final class LaunchArguments {
    private final CudaFunction function;
    private final MemorySegment values;
    private final MemorySegment table;
    private long set;

    /** Room for the arguments of a kernel, freed when this is unreachable. */
    public LaunchArguments(final CudaFunction function) {
        this.function = function;
        final int count = Math.max(1, function.parameters().size());
        final Arena arena = Arena.ofAuto();
        values = arena.allocate(JAVA_LONG, count);
        table = arena.allocate(ADDRESS, count);
        for (int i = 0; i < count; i++) {
            table.setAtIndex(ADDRESS, i, values.asSlice(8L * i));
        }
    }

    /** Whose arguments these are. */
    public CudaFunction function() {
        return function;
    }

    /** Sets a parameter of 32 bits that is no float. */
    public LaunchArguments put(final int index, final int value) {
        check(index, "u32", "an int");
        values.set(JAVA_INT, 8L * index, value);
        return this;
    }

    /** Sets a parameter of 64 bits. */
    public LaunchArguments put(final int index, final long value) {
        check(index, "u64", "a long");
        values.set(JAVA_LONG, 8L * index, value);
        return this;
    }

    /** Sets a float. */
    public LaunchArguments put(final int index, final float value) {
        check(index, "f32", "a float");
        values.set(JAVA_FLOAT, 8L * index, value);
        return this;
    }

    /** Sets a pointer to a place in a device buffer. */
    public LaunchArguments put(final int index, final DeviceBuffer buffer, final long offset) {
        if (Objects.isNull(buffer)) {
            throw new IllegalArgumentException(function.name() + " has the parameters " + function.parameters()
                    + ", it was given null for number " + index);
        }
        if (offset < 0 || offset >= buffer.bytes()) {
            throw new IllegalArgumentException(
                    "offset " + offset + " of " + buffer.what() + " for parameter " + index + " of " + function.name());
        }
        return put(index, buffer.handleFor(function.context()) + offset);
    }

    /** Sets a pointer to the start of a device buffer. */
    public LaunchArguments put(final int index, final DeviceBuffer buffer) {
        return put(index, buffer, 0);
    }

    MemorySegment table() {
        final int count = function.parameters().size();
        if (set != (1L << count) - 1) {
            throw new IllegalStateException(
                    function.name() + " has " + count + " parameters, and only " + Long.bitCount(set) + " were set");
        }
        return table;
    }

    private void check(final int index, final String type, final String given) {
        if (index < 0
                || index >= function.parameters().size()
                || !type.equals(function.parameters().get(index))) {
            throw new IllegalArgumentException(function.name() + " has the parameters " + function.parameters()
                    + ", it was given " + given + " for number " + index);
        }
        set |= 1L << index;
    }
}
