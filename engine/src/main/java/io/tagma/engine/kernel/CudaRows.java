package io.tagma.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tagma.cuda.CudaException;
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
    private static final int THREADS = 256;
    private static final int BLOCKS = 528;
    private static final int CHUNK = 256;
    private static final int BUCKETS = 24;

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
    private final List<Resident> residents = new ArrayList<>();

    /** One layer or one set of rows: its memory on the host, its copy, and what of the copy is old. */
    private static final class Resident {
        private final Object what;
        private final long address;
        private final long bytes;
        private final DeviceBuffer copy;
        private final @Nullable CudaGraph[] graphs = new CudaGraph[2 * BUCKETS];
        private long oldFrom;
        private long oldTo;

        Resident(final Object what, final long address, final long bytes, final DeviceBuffer copy) {
            this.what = what;
            this.address = address;
            this.bytes = bytes;
            this.copy = copy;
            this.oldTo = bytes;
        }

        List<CudaResource> held() {
            final List<CudaResource> held = new ArrayList<>();
            for (final CudaGraph graph : graphs) {
                if (graph != null) {
                    held.add(graph);
                }
            }
            held.add(copy);
            return held;
        }

        void old(final long from, final long to) {
            oldFrom = oldFrom == oldTo ? from : Math.min(oldFrom, from);
            oldTo = Math.max(oldTo, to);
        }
    }

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
        put(layer, layer.panel(0), layer.half());
    }

    void add(final FloatRows rows) {
        final long bytes = ((long) (rows.count() - 1) * rows.stride() + rows.dimension()) * Float.BYTES;
        put(rows, rows.address(0), bytes);
    }

    private void put(final Object what, final long address, final long bytes) {
        if (find(what) == null) {
            residents.add(new Resident(what, address, bytes, gpu.context().deviceBuffer(bytes)));
        }
    }

    void remove(final Object what) {
        final Resident resident = find(what);
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
        all.addAll(List.of(candidates, output, input, answered, sent, stream));
        closeAll(all);
    }

    private static void closeAll(final List<CudaResource> all) {
        CudaException first = null;
        for (final CudaResource each : all) {
            try {
                each.close();
            } catch (final CudaException refused) {
                first = first == null ? refused : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very layer
    private @Nullable Resident find(final Object what) {
        for (int i = 0; i < residents.size(); i++) {
            if (residents.get(i).what == what) {
                return residents.get(i);
            }
        }
        return null;
    }

    private Resident resident(final Object what) {
        final Resident found = find(what);
        if (found == null) {
            throw new IllegalStateException("not resident: " + what);
        }
        return found;
    }

    boolean holds(final Object what) {
        return find(what) != null;
    }

    void changed(final DenseLayer layer) {
        final Resident resident = find(layer);
        if (resident != null) {
            resident.old(0, resident.bytes);
        }
    }

    void changed(final FloatRows rows, final int from, final int to) {
        final Resident resident = find(rows);
        if (resident != null && from < to) {
            final long rowBytes = (long) rows.stride() * Float.BYTES;
            resident.old(from * rowBytes, Math.min(to * rowBytes, resident.bytes));
        }
    }

    /** Nothing that the device has is believed any more. */
    void distrust() {
        for (int i = 0; i < residents.size(); i++) {
            residents.get(i).old(0, residents.get(i).bytes);
        }
    }

    /** Sends what is old, one staging buffer after the other. */
    private void refresh(final Resident resident) {
        for (long at = resident.oldFrom; at < resident.oldTo; at += STAGING_BYTES) {
            final long bytes = Math.min(STAGING_BYTES, resident.oldTo - at);
            MemorySegment.copy(MEMORY, resident.address + at, sent.segment(), 0, bytes);
            stream.copy(sent, 0, resident.copy, at, bytes);
            stream.synchronize();
        }
        resident.oldFrom = 0;
        resident.oldTo = 0;
    }

    void score(
            final DenseLayer layer,
            final FloatRows x,
            final int count,
            final FloatRows out,
            final boolean probabilities) {
        final Resident resident = resident(layer);
        refresh(resident);
        final int widest = Math.max(layer.inputs(), layer.stride());
        // A power of two, so that a graph's bucket never exceeds it.
        final int most = Integer.highestOneBit(STAGING_BYTES / Float.BYTES / widest);
        for (int first = 0; first < count; first += most) {
            part(layer, resident, x, first, Math.min(most, count - first), out, probabilities);
        }
    }

    private void part(
            final DenseLayer layer,
            final Resident resident,
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
        CudaGraph graph = resident.graphs[key];
        if (graph == null) {
            graph = stream.capture(() -> submit(layer, resident, 1 << bucket, probabilities));
            resident.graphs[key] = graph;
        }
        stream.launch(graph);
        stream.synchronize();
        for (int b = 0; b < count; b++) {
            MemorySegment.copy(answered.segment(), b * outputBytes, MEMORY, out.address(first + b), outputBytes);
        }
    }

    /** One copy in, one or two kernels, one copy out. Rows behind the last are scored as well, and left there. */
    private void submit(final DenseLayer layer, final Resident resident, final int rows, final boolean probabilities) {
        final int inputs = layer.inputs();
        final int stride = layer.stride();
        stream.copy(sent, 0, input, 0, (long) rows * inputs * Float.BYTES);
        final LaunchArguments dense = rows <= FEW ? small : tile;
        dense.put(0, resident.copy)
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

    void top(final FloatRows rows, final int count, final float[] query, final TopK best, final boolean cosine) {
        final Resident resident = resident(rows);
        refresh(resident);
        final int k = best.capacity();
        final int blocks = Math.min(BLOCKS, (count + CHUNK - 1) / CHUNK);
        MemorySegment.copy(query, 0, sent.segment(), JAVA_FLOAT, 0, query.length);
        stream.copy(sent, 0, input, 0, (long) query.length * Float.BYTES);
        final LaunchArguments arguments = cosine ? topCosine : topK;
        arguments
                .put(0, resident.copy)
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
