package io.tagma.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tagma.cuda.CudaStream;
import io.tagma.cuda.DeviceBuffer;
import io.tagma.cuda.LaunchArguments;
import io.tagma.cuda.PinnedBuffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows that the host changed to their places in a table on the device, as many at a time as fit one buffer. The kernel reads them
 * from pinned memory, each float once. Owned by its lane's thread; nothing is allocated per call.
 *
 * <pre>
 *  0                      4 * most, rounded up to 16
 * +----------------------+-------------------------------+-- - -
 * | row numbers: int     | row: float x rowFloats        | next row
 * +----------------------+-------------------------------+-- - -
 * </pre>
 */
final class CudaScatter implements AutoCloseable {
    /** Rows of blocks that a launch may have. */
    static final int MOST_ROWS = 65_535;

    private static final int ALIGNMENT = 16;
    private static final int THREADS = 128;

    @SuppressWarnings("restricted") // rows are addresses
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final CudaStream stream;
    private final PinnedBuffer changes;
    private final LaunchArguments arguments;
    private @Nullable DeviceBuffer table;
    private int rowFloats;
    private int most;
    private long dataAt;
    private int count;

    /**
     * Over a stream.
     *
     * @param bytes of pinned memory; a row must fit with its number
     */
    CudaScatter(final CudaGpu gpu, final CudaStream stream, final long bytes) {
        this.stream = stream;
        changes = gpu.context().pinnedBuffer(bytes);
        arguments = new LaunchArguments(gpu.function("tagma_scatter_rows"));
    }

    /** What is added from now on goes to this table. */
    void begin(final DeviceBuffer to, final int floats) {
        table = to;
        rowFloats = floats;
        final long rowBytes = (long) floats * Float.BYTES;
        most = (int) Math.min(MOST_ROWS, (changes.bytes() - ALIGNMENT) / (rowBytes + Integer.BYTES));
        dataAt = ((long) most * Integer.BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        count = 0;
    }

    /** One row, at an address of the host, for its place. */
    void add(final int row, final long address) {
        if (count == most) {
            end();
            stream.synchronize(); // the kernel reads what would be written next
            count = 0;
        }
        final long rowBytes = (long) rowFloats * Float.BYTES;
        changes.segment().set(JAVA_INT, (long) Integer.BYTES * count, row);
        MemorySegment.copy(MEMORY, address, changes.segment(), dataAt + count * rowBytes, rowBytes);
        count++;
    }

    /** Submits what was added; the stream is waited for before anything is added again. */
    void end() {
        final DeviceBuffer to = table;
        if (count > 0 && to != null) {
            arguments
                    .put(0, to)
                    .put(1, rowFloats)
                    .put(2, changes.deviceAddress())
                    .put(3, changes.deviceAddress() + dataAt);
            stream.launch(arguments, (rowFloats + THREADS - 1) / THREADS, count, THREADS);
        }
    }

    @Override
    public void close() {
        changes.close();
    }
}
