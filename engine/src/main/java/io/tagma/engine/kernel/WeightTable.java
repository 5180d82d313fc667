package io.tagma.engine.kernel;

/**
 * A bounded, growing table of weight rows, each followed by its AdaGrad accumulators; owned by one shard's thread.
 *
 * <pre>
 *  row:  0                 outputs   stride                      2 * stride
 *       +-------------------+-------+---------------------------+
 *       |  weights: float   | zeros |  accumulators, likewise   |
 *       +-------------------+-------+---------------------------+
 * </pre>
 *
 * <p>The stride is a multiple of 16 floats, 64 bytes, so that any vector width divides it and no kernel needs a tail. Rows
 * lie in chunks of at most half a MiB (one row, if that is longer), which are made as rows are added: that is the table's only
 * allocation, and {@link #chunks()} counts it. A full table refuses rows with {@link #FULL}.
 */
public final class WeightTable {
    /** Returned by {@link #addRow} when the table holds {@link #maxRows} rows. */
    public static final int FULL = -1;

    private static final int STRIDE_UNIT = 16;
    private static final int CHUNK_BYTES = 512 * 1024;
    private static final float[] NONE = new float[0];

    private final int outputs;
    private final int stride;
    private final int maxRows;
    private final int chunkShift;
    private final int chunkMask;
    private final float[][] chunks;
    private int chunkCount;
    private int rows;

    /**
     * Creates a table.
     *
     * @param outputs weights a row, 1 to 65,536
     * @param maxRows rows at most, 1 or more
     * @param initialRows rows whose chunks are made at once, 0 to {@code maxRows}
     * @throws IllegalArgumentException if one of them is out of range
     */
    public WeightTable(final int outputs, final int maxRows, final int initialRows) {
        if (outputs < 1 || outputs > 65_536) {
            throw new IllegalArgumentException("outputs must be 1 to 65536: " + outputs);
        }
        if (maxRows < 1 || initialRows < 0 || initialRows > maxRows) {
            throw new IllegalArgumentException(
                    "rows must be 0 <= initial <= maximum, maximum >= 1: " + initialRows + ", " + maxRows);
        }
        this.outputs = outputs;
        this.stride = (outputs + STRIDE_UNIT - 1) / STRIDE_UNIT * STRIDE_UNIT;
        this.maxRows = maxRows;
        final int rowBytes = 2 * stride * Float.BYTES;
        this.chunkShift = 31 - Integer.numberOfLeadingZeros(Math.max(1, CHUNK_BYTES / rowBytes));
        this.chunkMask = (1 << chunkShift) - 1;
        this.chunks = new float[((maxRows - 1) >> chunkShift) + 1][];
        java.util.Arrays.fill(chunks, NONE);
        while (chunkCount << chunkShift < initialRows) {
            grow();
        }
    }

    /** Adds a row of zeros and returns its number, counted from 0, or {@link #FULL}. */
    public int addRow() {
        if (rows == maxRows) {
            return FULL;
        }
        if (rows == chunkCount << chunkShift) {
            grow();
        }
        return rows++;
    }

    /** The chunk that holds a row. */
    public float[] chunk(final int row) {
        return chunks[row >> chunkShift];
    }

    /** Where the row starts in its {@link #chunk}. */
    public int offset(final int row) {
        return (row & chunkMask) * (2 * stride);
    }

    /** One weight. */
    public float weight(final int row, final int output) {
        return chunk(row)[offset(row) + output];
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

    /** Rows in use. */
    public int rows() {
        return rows;
    }

    /** Rows at most. */
    public int maxRows() {
        return maxRows;
    }

    /** Chunks made so far. */
    public int chunks() {
        return chunkCount;
    }

    /** Bytes of the chunks made so far. */
    public long bytes() {
        return ((long) chunkCount << chunkShift) * rowLength() * Float.BYTES;
    }

    private void grow() {
        final int rowsLeft = maxRows - (chunkCount << chunkShift);
        chunks[chunkCount++] = new float[Math.min(rowsLeft, chunkMask + 1) * rowLength()];
    }
}
