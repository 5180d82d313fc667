package io.tagma.engine.kernel;

import io.tagma.cuda.CudaContext;
import io.tagma.cuda.CudaGraph;
import io.tagma.cuda.CudaResource;
import io.tagma.cuda.DeviceBuffer;
import io.tagma.cuda.PinnedBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer or rows as the device has them, in pieces of which each is up to date or old: of a layer the weights and the accumulators, of
 * rows each row. Owned by the thread that declared them.
 */
final class CudaResident {
    private static final int GRAPHS = 48;

    private final Object what;
    private final long address;
    private final long bytes;
    private final long pieceBytes;
    private final int pieces;
    private final long[] old;
    private final DeviceBuffer copy;
    private final @Nullable CudaGraph[] graphs = new CudaGraph[GRAPHS];
    private @Nullable PinnedBuffer moved;

    private CudaResident(
            final CudaContext context, final Object what, final long address, final long bytes, final long pieceBytes) {
        this.what = what;
        this.address = address;
        this.bytes = bytes;
        this.pieceBytes = pieceBytes;
        pieces = (int) ((bytes + pieceBytes - 1) / pieceBytes);
        old = new long[(pieces + Long.SIZE - 1) / Long.SIZE];
        copy = context.deviceBuffer(bytes);
        allOld();
    }

    /** Weights, then accumulators. */
    static CudaResident of(final CudaContext context, final DenseLayer layer) {
        return new CudaResident(context, layer, layer.panel(0), 2 * layer.half(), layer.half());
    }

    /** A piece a row; behind the last one's floats there may be no more memory. */
    static CudaResident of(final CudaContext context, final FloatRows rows) {
        final long rowBytes = (long) rows.stride() * Float.BYTES;
        final long bytes = (rows.count() - 1) * rowBytes + (long) rows.dimension() * Float.BYTES;
        return new CudaResident(context, rows, rows.address(0), bytes, rowBytes);
    }

    @SuppressWarnings("ReferenceEquality") // this very layer
    boolean is(final Object other) {
        return what == other;
    }

    DeviceBuffer copy() {
        return copy;
    }

    int pieces() {
        return pieces;
    }

    long pieceBytes() {
        return pieceBytes;
    }

    /** Where a piece begins on the device, from the copy's start. */
    long offset(final int piece) {
        return piece * pieceBytes;
    }

    /** The end of the piece before this one; the last one may be shorter than the others. */
    long end(final int piece) {
        return Math.min(bytes, piece * pieceBytes);
    }

    /** Where a byte of the copy is on the host. */
    long address(final long offset) {
        return address + offset;
    }

    /** The host wrote pieces from one to before another. */
    void old(final int from, final int to) {
        for (int piece = Math.max(0, from); piece < Math.min(to, pieces); piece++) {
            old[piece >> 6] |= 1L << piece;
        }
    }

    /** Nothing that the device has is believed any more. */
    void allOld() {
        old(0, pieces);
    }

    /** The first old piece from here on, {@code end} when there is none before that. */
    int nextOld(final int from, final int end) {
        for (int piece = from; piece < end; piece = (piece | 63) + 1) {
            final long word = old[piece >> 6] & -1L << piece;
            if (word != 0) {
                return Math.min(end, (piece & ~63) + Long.numberOfTrailingZeros(word));
            }
        }
        return end;
    }

    /** The first piece from here on that is up to date, {@code end} when there is none before that. */
    int nextFresh(final int from, final int end) {
        int piece = from;
        while (piece < end && (old[piece >> 6] & 1L << piece) != 0) {
            piece++;
        }
        return piece;
    }

    /** Pieces from one to before another are on their way. */
    void sent(final int from, final int to) {
        for (int piece = from; piece < to; piece++) {
            old[piece >> 6] &= ~(1L << piece);
        }
    }

    @Nullable
    CudaGraph graph(final int key) {
        return graphs[key];
    }

    CudaGraph keep(final int key, final CudaGraph graph) {
        graphs[key] = graph;
        return graph;
    }

    /** Pinned memory for all that a step moves, as long as the copy; made when it is first needed. */
    PinnedBuffer moved(final CudaContext context) {
        PinnedBuffer have = moved;
        if (have == null) {
            have = context.pinnedBuffer(bytes);
            moved = have;
        }
        return have;
    }

    /** All that is to be given back. */
    List<CudaResource> held() {
        final List<CudaResource> held = new ArrayList<>();
        for (final CudaGraph graph : graphs) {
            if (graph != null) {
                held.add(graph);
            }
        }
        final PinnedBuffer pinned = moved;
        if (pinned != null) {
            held.add(pinned);
        }
        held.add(copy);
        return held;
    }
}
