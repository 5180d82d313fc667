package io.tagma.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tagma.cuda.CudaGraph;
import io.tagma.cuda.CudaResource;
import io.tagma.cuda.CudaStream;
import io.tagma.cuda.DeviceBuffer;
import io.tagma.cuda.LaunchArguments;
import io.tagma.cuda.PinnedBuffer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread's layers and rows as the device has them, and the calls on them. Owned by that thread; closed by the provider.
 * Nothing is allocated per call once a size was seen.
 */
final class CudaRows implements AutoCloseable {
    /** The longest list that the kernels sort. */
    static final int MOST_BEST = 128;

    private static final int STAGING_BYTES = 8 << 20;
    private static final int FEW = 8;
    private static final int TILE = 128;
    private static final int WARP = 32;
    private static final int THREADS = 256;
    private static final int BLOCKS = 528;
    private static final int CHUNK = 256;
    private static final int BULK = 32;
    private static final long WIDE_BYTES = 1 << 16;
    private static final int MOST_BLOCKS = 65_535;

    @SuppressWarnings("restricted") // rows and layers are addresses
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final CudaGpu gpu;
    private final CudaStream stream;
    private final PinnedBuffer sent;
    private final PinnedBuffer answered;
    private final DeviceBuffer input;
    private final DeviceBuffer output;
    private final DeviceBuffer candidates;
    private final LaunchArguments small;
    private final LaunchArguments tile;
    private final LaunchArguments softmax;
    private final LaunchArguments topK;
    private final LaunchArguments topCosine;
    private final LaunchArguments merge;
    private final LaunchArguments step;
    private final LaunchArguments decay;
    private final CudaScatter scatter;
    private final List<CudaResident> residents = new ArrayList<>();
    private int decayed;

    private CudaRows(final CudaGpu gpu) {
        this.gpu = gpu;
        stream = gpu.context().stream();
        sent = gpu.context().pinnedBuffer(STAGING_BYTES);
        answered = gpu.context().pinnedBuffer(STAGING_BYTES);
        input = gpu.context().deviceBuffer(STAGING_BYTES);
        output = gpu.context().deviceBuffer(STAGING_BYTES);
        candidates = gpu.context().deviceBuffer((long) BLOCKS * MOST_BEST * Long.BYTES);
        small = new LaunchArguments(gpu.function("tagma_dense_small"));
        tile = new LaunchArguments(gpu.function("tagma_dense_tile"));
        softmax = new LaunchArguments(gpu.function("tagma_softmax"));
        topK = new LaunchArguments(gpu.function("tagma_top_k"));
        topCosine = new LaunchArguments(gpu.function("tagma_top_k_cosine"));
        merge = new LaunchArguments(gpu.function("tagma_top_merge"));
        step = new LaunchArguments(gpu.function("tagma_dense_adagrad"));
        decay = new LaunchArguments(gpu.function("tagma_decay_add"));
        scatter = new CudaScatter(gpu, stream, STAGING_BYTES);
    }

    /** For the calling thread; what was made before a failure is left to the GPU's context. */
    static CudaRows open(final CudaGpu gpu) {
        gpu.context().makeCurrent();
        return new CudaRows(gpu);
    }

    void add(final DenseLayer layer) {
        if (4L * Math.max(layer.inputs(), layer.stride()) > STAGING_BYTES) {
            throw new IllegalArgumentException("a layer of " + layer.inputs() + " inputs and " + layer.outputs()
                    + " outputs: a row of either must be at most " + STAGING_BYTES + " bytes");
        }
        if (!holds(layer)) {
            residents.add(CudaResident.of(gpu.context(), layer));
        }
    }

    void add(final FloatRows rows) {
        if (!holds(rows)) {
            residents.add(CudaResident.of(gpu.context(), rows));
        }
    }

    void remove(final Object what) {
        final CudaResident resident = find(what);
        if (resident != null) {
            residents.remove(resident);
            closeAll(resident.held());
        }
    }

    @Override
    public void close() {
        final List<CudaResource> all = new ArrayList<>();
        residents.forEach(resident -> all.addAll(resident.held()));
        residents.clear();
        all.addAll(List.of(candidates, output, input, answered, sent));
        closeAll(all, scatter, stream);
    }

    private static void closeAll(final List<CudaResource> all, final AutoCloseable... more) {
        final List<AutoCloseable> each = new ArrayList<>(all);
        each.addAll(List.of(more));
        CudaLane.closeAll(each);
    }

    private @Nullable CudaResident find(final Object what) {
        for (int i = 0; i < residents.size(); i++) {
            if (residents.get(i).is(what)) {
                return residents.get(i);
            }
        }
        return null;
    }

    private CudaResident resident(final Object what) {
        final CudaResident found = find(what);
        if (found == null) {
            throw new IllegalStateException("not resident: " + what);
        }
        return found;
    }

    boolean holds(final Object what) {
        return find(what) != null;
    }

    /** The host wrote a layer. */
    void changed(final DenseLayer layer) {
        final CudaResident resident = find(layer);
        if (resident != null) {
            resident.allOld();
        }
    }

    /** The host wrote rows from one to before another. */
    void changed(final FloatRows rows, final int from, final int to) {
        final CudaResident resident = find(rows);
        if (resident != null) {
            resident.old(from, to);
        }
    }

    /** The host wrote the first so many rows of a list. */
    void changed(final FloatRows rows, final int[] at, final int count) {
        final CudaResident resident = find(rows);
        for (int j = 0; resident != null && j < count; j++) {
            resident.old(at[j], at[j] + 1);
        }
    }

    /** Nothing that the device has is believed any more. */
    void distrust() {
        for (int i = 0; i < residents.size(); i++) {
            residents.get(i).allOld();
        }
    }

    /**
     * Sends what is old of the first pieces. Long runs, wide pieces and the last one, which may be shorter, are copied as they lie;
     * others are packed, many to a launch.
     */
    private void refresh(final CudaResident resident, final int pieces) {
        int from = resident.nextOld(0, pieces);
        if (from == pieces) {
            return;
        }
        scatter.begin(resident.copy(), (int) Math.min(resident.pieceBytes(), WIDE_BYTES) / Float.BYTES);
        while (from < pieces) {
            final int to = resident.nextFresh(from, pieces);
            if (to - from >= BULK || resident.pieceBytes() > WIDE_BYTES || to == resident.pieces()) {
                send(resident, resident.offset(from), resident.end(to));
            } else {
                for (int piece = from; piece < to; piece++) {
                    scatter.add(piece, resident.address(resident.offset(piece)));
                }
            }
            resident.sent(from, to);
            from = resident.nextOld(to, pieces);
        }
        scatter.end();
    }

    /** One staging buffer after the other. */
    private void send(final CudaResident resident, final long from, final long to) {
        for (long at = from; at < to; at += STAGING_BYTES) {
            final long bytes = Math.min(STAGING_BYTES, to - at);
            MemorySegment.copy(MEMORY, resident.address(at), sent.segment(), 0, bytes);
            stream.copy(sent, 0, resident.copy(), at, bytes);
            stream.synchronize();
        }
    }

    void score(
            final DenseLayer layer,
            final FloatRows x,
            final int count,
            final FloatRows out,
            final boolean probabilities) {
        final CudaResident resident = resident(layer);
        refresh(resident, 1); // the weights; nobody looks at accumulators here
        final int widest = Math.max(layer.inputs(), layer.stride());
        // A power of two, so that a graph's bucket never exceeds it.
        final int most = Integer.highestOneBit(STAGING_BYTES / Float.BYTES / widest);
        for (int first = 0; first < count; first += most) {
            part(layer, resident, x, first, Math.min(most, count - first), out, probabilities);
        }
    }

    private void part(
            final DenseLayer layer,
            final CudaResident resident,
            final FloatRows x,
            final int first,
            final int count,
            final FloatRows out,
            final boolean probabilities) {
        final long inputBytes = (long) layer.inputs() * Float.BYTES;
        final long outputBytes = (long) layer.stride() * Float.BYTES;
        for (int b = 0; b < count; b++) {
            MemorySegment.copy(MEMORY, x.address(first + b), sent.segment(), b * inputBytes, inputBytes);
        }
        final int bucket = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
        final int key = 2 * bucket + (probabilities ? 1 : 0);
        CudaGraph graph = resident.graph(key);
        if (graph == null) {
            graph = resident.keep(key, stream.capture(() -> submit(layer, resident, 1 << bucket, probabilities)));
        }
        stream.launch(graph);
        stream.synchronize();
        for (int b = 0; b < count; b++) {
            MemorySegment.copy(answered.segment(), b * outputBytes, MEMORY, out.address(first + b), outputBytes);
        }
    }

    /** One copy in, one or two kernels, one copy out. Rows behind the last are scored as well, and left there. */
    private void submit(
            final DenseLayer layer, final CudaResident resident, final int rows, final boolean probabilities) {
        final int inputs = layer.inputs();
        final int stride = layer.stride();
        stream.copy(sent, 0, input, 0, (long) rows * inputs * Float.BYTES);
        final LaunchArguments dense = rows <= FEW ? small : tile;
        dense.put(0, resident.copy())
                .put(1, stride)
                .put(2, input)
                .put(3, inputs)
                .put(4, output)
                .put(5, stride);
        if (rows <= FEW) {
            stream.launch(small.put(6, inputs), (stride + 63) / 64, rows, 64);
        } else {
            stream.launch(
                    tile.put(6, rows).put(7, inputs), (stride + TILE - 1) / TILE, (rows + TILE - 1) / TILE, THREADS);
        }
        if (probabilities) {
            stream.launch(softmax.put(0, output).put(1, stride).put(2, layer.outputs()), rows, 1, THREADS);
        }
        stream.copy(output, 0, answered, 0, (long) rows * stride * Float.BYTES);
    }

    /** Whether a step of a batch fits the staging buffers: all of it is there at once, since each sum runs over the batch. */
    static boolean stepFits(final DenseLayer layer, final int count) {
        final long floats = (long) count * (layer.inputs() + layer.stride());
        return count > 0 && floats * Float.BYTES <= STAGING_BYTES && layer.inputs() < MOST_BLOCKS;
    }

    /** Moves the layer on the device, then on the host: when a call fails before its last one, the host's is as it was. */
    void adaGrad(
            final DenseLayer layer,
            final FloatRows x,
            final FloatRows gradients,
            final int count,
            final float eta,
            final float epsilon) {
        final CudaResident resident = resident(layer);
        final PinnedBuffer moved = resident.moved(gpu.context());
        refresh(resident, resident.pieces());
        final long inputBytes = (long) layer.inputs() * Float.BYTES;
        final long outputBytes = (long) layer.stride() * Float.BYTES;
        final long slopesAt = count * inputBytes;
        for (int b = 0; b < count; b++) {
            MemorySegment.copy(MEMORY, x.address(b), sent.segment(), b * inputBytes, inputBytes);
            MemorySegment.copy(MEMORY, gradients.address(b), sent.segment(), slopesAt + b * outputBytes, outputBytes);
        }
        stream.copy(sent, 0, input, 0, slopesAt + count * outputBytes);
        step.put(0, resident.copy())
                .put(1, layer.half() / Float.BYTES)
                .put(2, layer.stride())
                .put(3, input)
                .put(4, layer.inputs())
                .put(5, input, slopesAt)
                .put(6, layer.stride())
                .put(7, count)
                .put(8, layer.inputs())
                .put(9, eta)
                .put(10, epsilon);
        stream.launch(step, (layer.stride() + TILE - 1) / TILE, layer.inputs() + 1, TILE);
        stream.copy(resident.copy(), 0, moved, 0, moved.bytes());
        stream.synchronize();
        MemorySegment.copy(moved.segment(), 0, MEMORY, resident.address(0), moved.bytes());
    }

    /** Whether decayed rows fit the staging buffers one by one. */
    static boolean decayFits(final FloatRows rows, final int count) {
        return count > 0 && (long) rows.dimension() * Float.BYTES <= STAGING_BYTES / 2;
    }

    /** Of the last {@link #decayAdd}, also one that failed: the first so many rows are done, on the host too; the others are as they were. */
    int decayed() {
        return decayed;
    }

    /** Moves rows on the device, then on the host, as many at a time as fit the staging buffers. */
    void decayAdd(
            final FloatRows rows, final int[] at, final float[] factors, final FloatRows increments, final int count) {
        decayed = 0;
        final CudaResident resident = resident(rows);
        refresh(resident, resident.pieces());
        final long rowBytes = (long) rows.dimension() * Float.BYTES;
        final int most = (int) Math.min(MOST_BLOCKS, STAGING_BYTES / (rowBytes + Integer.BYTES + Float.BYTES));
        while (decayed < count) {
            final int some = Math.min(most, count - decayed);
            decaySome(resident, rows, at, factors, increments, some);
            for (int j = 0; j < some; j++) {
                MemorySegment.copy(answered.segment(), j * rowBytes, MEMORY, rows.address(at[decayed + j]), rowBytes);
            }
            decayed += some;
        }
    }

    private void decaySome(
            final CudaResident resident,
            final FloatRows rows,
            final int[] at,
            final float[] factors,
            final FloatRows increments,
            final int some) {
        final long rowBytes = (long) rows.dimension() * Float.BYTES;
        final long factorsAt = (long) Integer.BYTES * some;
        final long incrementsAt = factorsAt + (long) Float.BYTES * some;
        MemorySegment.copy(at, decayed, sent.segment(), JAVA_INT, 0, some);
        MemorySegment.copy(factors, decayed, sent.segment(), JAVA_FLOAT, factorsAt, some);
        for (int j = 0; j < some; j++) {
            MemorySegment.copy(
                    MEMORY, increments.address(decayed + j), sent.segment(), incrementsAt + j * rowBytes, rowBytes);
        }
        stream.copy(sent, 0, input, 0, incrementsAt + some * rowBytes);
        decay.put(0, resident.copy())
                .put(1, (long) rows.stride())
                .put(2, input)
                .put(3, input, factorsAt)
                .put(4, input, incrementsAt)
                .put(5, rows.dimension())
                .put(6, rows.dimension())
                .put(7, answered.deviceAddress());
        final int threads = Math.min(TILE, (rows.dimension() + WARP - 1) / WARP * WARP);
        stream.launch(decay, (rows.dimension() + threads - 1) / threads, some, threads);
        stream.synchronize();
    }

    void top(final FloatRows rows, final int count, final float[] query, final TopK best, final boolean cosine) {
        final CudaResident resident = resident(rows);
        refresh(resident, count);
        final int k = best.capacity();
        final int blocks = Math.min(BLOCKS, (count + CHUNK - 1) / CHUNK);
        MemorySegment.copy(query, 0, sent.segment(), JAVA_FLOAT, 0, query.length);
        stream.copy(sent, 0, input, 0, (long) query.length * Float.BYTES);
        final LaunchArguments arguments = cosine ? topCosine : topK;
        arguments
                .put(0, resident.copy())
                .put(1, (long) rows.stride())
                .put(2, count)
                .put(3, input)
                .put(4, query.length);
        final float length = cosine ? ScalarRowKernels.sqrt(ScalarRowKernels.square(query, best.scratch())) : 0f;
        final int at = cosine ? 6 : 5;
        if (cosine) {
            arguments.put(5, length);
        }
        arguments.put(at, k).put(at + 1, candidates);
        stream.launch(arguments, blocks, 1, THREADS);
        stream.launch(
                merge.put(0, candidates).put(1, blocks * k).put(2, k).put(3, answered.deviceAddress()), 1, 1, THREADS);
        stream.synchronize();
        best.clear();
        for (int i = 0; i < k; i++) {
            final long key = answered.segment().get(JAVA_LONG, 8L * i);
            if (key != 0) {
                // The order is the device's, the score is computed again where the rows are: its zero has its sign
                // there.
                final int row = ~(int) key;
                best.append(row, ScalarRowKernels.similarity(rows.address(row), query, best.scratch(), cosine, length));
            }
        }
    }
}
