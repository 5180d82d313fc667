package io.tagma.engine.kernel;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * A bounded table of weight rows outside the heap, each followed by its AdaGrad accumulators; owned by one shard's thread.
 *
 * <pre>
 *  row:  0                 outputs   stride                      2 * stride
 *       +-------------------+-------+---------------------------+
 *       |  weights: float   | zeros |  accumulators, likewise   |
 *       +-------------------+-------+---------------------------+
 * </pre>
 *
 * <p>The stride is a multiple of 16 floats and rows start at multiples of 64 bytes, so that any vector width divides a row, no kernel
 * needs a tail and no load straddles a cache line. Floats are in the machine's byte order.
 *
 * <p>Address space for all rows is reserved at once; a row's memory is taken, as zeros, when the row is added. So the table
 * never moves, never burdens the collector and never stops for growth. A full table refuses rows with {@link #FULL}. The memory
 * goes back when the table is unreachable: an address must not outlive the table, and a kernel keeps its table reachable to the end.
 */
public final class WeightTable {
    /** Returned by {@link #addRow} when the table holds {@link #maxRows} rows. */
    public static final int FULL = -1;

    private static final int STRIDE_UNIT = 16;
    private static final int ALIGNMENT = 64;
    private static final Cleaner CLEANER = Cleaner.create();

    private final int outputs;
    private final int stride;
    private final int maxRows;
    private final long rowBytes;
    private final long base;
    private int rows;
    private long reloads;
    private @Nullable CudaMirror holder;

    /**
     * Reserves a table.
     *
     * @param outputs weights a row, 1 to 65,536
     * @param maxRows rows at most, 1 or more; each takes {@code 8 * stride} bytes once it is added
     * @throws IllegalArgumentException if one of them is out of range
     * @throws OutOfMemoryError if the system refuses to reserve that much
     */
    public WeightTable(final int outputs, final int maxRows) {
        if (outputs < 1 || outputs > 65_536) {
            throw new IllegalArgumentException("outputs must be 1 to 65536: " + outputs);
        }
        if (maxRows < 1) {
            throw new IllegalArgumentException("maxRows must be 1 or more: " + maxRows);
        }
        this.outputs = outputs;
        this.stride = (outputs + STRIDE_UNIT - 1) / STRIDE_UNIT * STRIDE_UNIT;
        this.maxRows = maxRows;
        this.rowBytes = 2L * stride * Float.BYTES;
        final long memory = UnsafeApi.allocateMemory(rowBytes * maxRows + ALIGNMENT);
        this.base = (memory + ALIGNMENT - 1) & -ALIGNMENT;
        CLEANER.register(this, () -> UnsafeApi.freeMemory(memory));
    }

    /** Adds a row of zeros and returns its number, counted from 0, or {@link #FULL}. */
    public int addRow() {
        if (rows == maxRows) {
            return FULL;
        }
        UnsafeApi.setMemory(address(rows), rowBytes, (byte) 0);
        return rows++;
    }

    /** Where a row's weights start in memory, a multiple of 64; the accumulators start {@code 4 * stride} bytes behind. */
    public long address(final int row) {
        return base + row * rowBytes;
    }

    /** One weight of a row below {@link #rows}. */
    public float weight(final int row, final int output) {
        return UnsafeApi.getFloat(address(row) + (long) output * Float.BYTES);
    }

    /** Weights a row that mean something. */
    public int outputs() {
        return outputs;
    }

    /** Weights a row with the padding: the next multiple of 16. */
    public int stride() {
        return stride;
    }

    /** Floats a row takes: weights and accumulators. */
    public int rowLength() {
        return 2 * stride;
    }

    /** Sets all accumulators to zero, so that each weight moves again as if it were new. */
    public void clearAccumulators() {
        for (int row = 0; row < rows; row++) {
            UnsafeApi.setMemory(address(row) + (long) stride * Float.BYTES, (long) stride * Float.BYTES, (byte) 0);
        }
        reloaded();
    }

    /**
     * Takes over another table's rows.
     *
     * @throws IllegalArgumentException if it has another shape
     */
    public void copy(final WeightTable other) {
        if (other.outputs != outputs || other.maxRows != maxRows) {
            throw new IllegalArgumentException("a table of " + maxRows + " x " + outputs + " does not take over one of "
                    + other.maxRows + " x " + other.outputs);
        }
        rows = other.rows;
        try {
            UnsafeApi.copyMemory(other.base, base, bytes());
        } finally {
            Reference.reachabilityFence(other);
        }
        reloaded();
    }

    /** To be called by whoever wrote rows by their addresses and is no kernel: copies of the table elsewhere are made anew. */
    public void reloaded() {
        reloads++;
    }

    /** How often rows were written by others than kernels. */
    long reloads() {
        return reloads;
    }

    /** The copy on a device that knows of every change so far, if there is one. */
    @Nullable
    CudaMirror holder() {
        return holder;
    }

    /** From now on this copy is told of changes, and the one before is not. */
    void heldBy(final CudaMirror mirror) {
        holder = mirror;
    }

    /** Rows in use. */
    public int rows() {
        return rows;
    }

    /** Rows at most. */
    public int maxRows() {
        return maxRows;
    }

    /** Bytes of the rows in use. */
    public long bytes() {
        return rows * rowBytes;
    }
}
