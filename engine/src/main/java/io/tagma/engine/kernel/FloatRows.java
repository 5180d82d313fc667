package io.tagma.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.UnsafeApi;

/**
 * Rows of floats side by side in memory outside the heap: profiles, inputs, scores. The memory is its arena's; whoever writes a row
 * owns it meanwhile.
 *
 * <p>Row {@code r} is {@code dimension} floats from {@code r * stride} floats on; what is behind them up to the next row is padding.
 */
public final class FloatRows {
    /** Floats that a fresh set's stride is a multiple of: a cache line, and the widest vector. */
    public static final int PADDING = 16;

    private static final int ALIGNMENT = PADDING * Float.BYTES;

    private final MemorySegment memory;
    private final long address;
    private final int count;
    private final int dimension;
    private final int stride;

    private FloatRows(final MemorySegment memory, final int count, final int dimension, final int stride) {
        this.memory = memory;
        this.address = memory.address();
        this.count = count;
        this.dimension = dimension;
        this.stride = stride;
    }

    /**
     * Takes memory for rows of zeros, each on a cache line of its own.
     *
     * @param arena whose memory it is
     * @param count rows, 1 or more
     * @param dimension floats a row, 1 or more
     */
    public static FloatRows allocate(final Arena arena, final int count, final int dimension) {
        checkShape(count, dimension, dimension);
        final int stride = padded(dimension);
        return new FloatRows(arena.allocate((long) count * stride * Float.BYTES, ALIGNMENT), count, dimension, stride);
    }

    /**
     * Rows in memory that is there.
     *
     * @param memory outside the heap, aligned to 4 bytes
     * @param count rows
     * @param dimension floats a row
     * @param stride floats from one row's beginning to the next one's
     * @throws IllegalArgumentException when the memory cannot hold them, with both sizes
     */
    public static FloatRows of(final MemorySegment memory, final int count, final int dimension, final int stride) {
        checkShape(count, dimension, stride);
        final long needed = ((long) (count - 1) * stride + dimension) * Float.BYTES;
        if (!memory.isNative() || memory.byteSize() < needed || memory.address() % Float.BYTES != 0) {
            throw new IllegalArgumentException(count + " rows of " + dimension + " floats, " + stride + " apart, need "
                    + needed + " bytes outside the heap, aligned to 4; there are " + memory);
        }
        return new FloatRows(memory, count, dimension, stride);
    }

    /** The rows from one on, in the same memory. */
    FloatRows from(final int first) {
        if (first < 0 || first >= count) {
            throw new IndexOutOfBoundsException("there is no row " + first + " among " + count);
        }
        return of(alive().asSlice((long) first * stride * Float.BYTES), count - first, dimension, stride);
    }

    private static void checkShape(final int count, final int dimension, final int stride) {
        if (count < 1 || dimension < 1 || stride < dimension) {
            throw new IllegalArgumentException(
                    "rows need a count and a dimension of 1 or more and a stride that is not below" + " the dimension: "
                            + count + ", " + dimension + ", " + stride);
        }
    }

    /** The next multiple of {@link #PADDING}. */
    public static int padded(final int floats) {
        return (floats + PADDING - 1) / PADDING * PADDING;
    }

    /** Rows. */
    public int count() {
        return count;
    }

    /** Floats a row. */
    public int dimension() {
        return dimension;
    }

    /** Floats from one row's beginning to the next one's. */
    public int stride() {
        return stride;
    }

    /** One float; bounds are checked. */
    public float get(final int row, final int i) {
        return UnsafeApi.getFloat(checked(row, i));
    }

    /** Sets one float; bounds are checked. */
    public void set(final int row, final int i, final float value) {
        UnsafeApi.putFloat(checked(row, i), value);
    }

    private long checked(final int row, final int i) {
        if (row < 0 || row >= count || i < 0 || i >= stride) {
            throw new IndexOutOfBoundsException(
                    "row " + row + ", float " + i + " of " + count + " rows of " + stride + " floats");
        }
        alive();
        return address(row) + (long) i * Float.BYTES;
    }

    /** Where a row begins; unchecked. */
    public long address(final int row) {
        return address + (long) row * stride * Float.BYTES;
    }

    /**
     * The memory, which a caller keeps reachable while it works on addresses.
     *
     * @throws IllegalStateException when its arena is closed
     */
    public MemorySegment alive() {
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("the arena of these rows is closed: " + this);
        }
        return memory;
    }

    @Override
    public String toString() {
        return count + " rows of " + dimension + " floats";
    }
}
