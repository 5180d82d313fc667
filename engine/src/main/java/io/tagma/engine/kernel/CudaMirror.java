package io.tagma.engine.kernel;

import io.tagma.cuda.CudaContext;
import io.tagma.cuda.CudaException;
import io.tagma.cuda.CudaGraph;
import io.tagma.cuda.CudaResource;
import io.tagma.cuda.CudaStream;
import io.tagma.cuda.DeviceBuffer;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A weight table as the device has it, and which of its rows the host changed since. Owned by the table's thread.
 *
 * <p>The host's table stays the truth: what the device moves comes back to it at once, so a device that fails takes nothing along.
 * Rows that were never moved are zeros on both sides.
 */
final class CudaMirror implements AutoCloseable {
    private static final int FIRST_ROWS = 1024;
    private static final int BUCKETS = 32;

    private final CudaContext context;
    private final WeakReference<WeightTable> table;
    private final long rowBytes;
    private final @Nullable CudaGraph[] graphs = new CudaGraph[BUCKETS];
    private @Nullable DeviceBuffer rows;
    private int capacity;
    private long[] dirty = new long[0];
    private long reloads;

    CudaMirror(final CudaContext context, final WeightTable table) {
        this.context = context;
        this.table = new WeakReference<>(table);
        this.rowBytes = (long) table.rowLength() * Float.BYTES;
        this.reloads = table.reloads();
    }

    boolean mirrors(final WeightTable other) {
        return table.refersTo(other);
    }

    boolean isAbandoned() {
        return table.refersTo(null);
    }

    /** The rows on the device, with room for those that the table has now. */
    @SuppressWarnings("ReferenceEquality") // this very copy
    DeviceBuffer rows(final WeightTable of, final CudaStream stream) {
        // A table may pass from one thread to another, each with a copy of its own: only the last one was told of
        // changes.
        if (reloads != of.reloads() || of.holder() != this) {
            of.heldBy(this);
            reloads = of.reloads();
            distrust(of.rows());
        }
        DeviceBuffer have = rows;
        if (have == null || of.rows() > capacity) {
            have = grow(of, have, stream);
        }
        return have;
    }

    private static int wantedRows(final WeightTable of) {
        return (int) Math.min(of.maxRows(), Math.max(FIRST_ROWS, 2L * of.rows()));
    }

    /** Bytes of device memory that a table takes. */
    static long bytesFor(final WeightTable of) {
        return (long) wantedRows(of) * of.rowLength() * Float.BYTES;
    }

    /** Twice what the table has, so that growing is rare; graphs know the old place and are captured anew. */
    private DeviceBuffer grow(final WeightTable of, final @Nullable DeviceBuffer old, final CudaStream stream) {
        final int wanted = wantedRows(of);
        final DeviceBuffer bigger = context.deviceBuffer(wanted * rowBytes);
        try {
            stream.fill(bigger, 0, 0, wanted * rowBytes / Float.BYTES);
            if (old == null) {
                dirty = new long[(wanted + Long.SIZE - 1) / Long.SIZE];
                distrust(of.rows());
            } else {
                stream.copy(old, 0, bigger, 0, old.bytes());
                dirty = Arrays.copyOf(dirty, (wanted + Long.SIZE - 1) / Long.SIZE);
                // The processor may have moved rows for which there was no room yet.
                distrust(capacity, of.rows());
            }
            stream.synchronize();
        } catch (final RuntimeException failed) {
            bigger.close();
            throw failed;
        }
        rows = bigger;
        capacity = wanted;
        closeGraphsAnd(old);
        return bigger;
    }

    /** The host changed a row. */
    void changed(final int row) {
        if (row < capacity) {
            dirty[row >> 6] |= 1L << row;
        }
    }

    /** The device's rows are worth nothing: all of them are sent again when they are next needed. */
    void distrust(final int count) {
        distrust(0, count);
    }

    private void distrust(final int first, final int count) {
        for (int row = first; row < Math.min(count, dirty.length * Long.SIZE); row++) {
            dirty[row >> 6] |= 1L << row;
        }
    }

    boolean isDirty(final int row) {
        return (dirty[row >> 6] & 1L << row) != 0;
    }

    void sent(final int row) {
        dirty[row >> 6] &= ~(1L << row);
    }

    @Nullable
    CudaGraph graph(final int bucket) {
        return graphs[bucket];
    }

    CudaGraph keep(final int bucket, final CudaGraph graph) {
        graphs[bucket] = graph;
        return graph;
    }

    /** All of them, whatever one of them answers: a graph that stayed would read memory that is no longer the table's. */
    private void closeGraphsAnd(final @Nullable DeviceBuffer buffer) {
        CudaException first = null;
        for (int i = 0; i <= BUCKETS; i++) {
            final CudaResource each = i < BUCKETS ? graphs[i] : buffer;
            if (i < BUCKETS) {
                graphs[i] = null;
            }
            try {
                if (each != null) {
                    each.close();
                }
            } catch (final CudaException refused) {
                first = first == null ? refused : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    @Override
    public void close() {
        final DeviceBuffer had = rows;
        rows = null;
        capacity = 0;
        dirty = new long[0];
        closeGraphsAnd(had);
    }
}
