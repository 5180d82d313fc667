package io.tagma.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tagma.cuda.CudaGraph;
import io.tagma.cuda.CudaStream;
import io.tagma.cuda.DeviceBuffer;
import io.tagma.cuda.LaunchArguments;
import io.tagma.cuda.PinnedBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * One thread's way to the GPU: a stream, pinned memory to write to and read from, and the thread's weight tables as the device has
 * them. Owned by that thread. Nothing is allocated per call.
 *
 * <pre>
 *  pinned, of a sparse call:   0        16                16 + 4 * bucket
 *                             +--------+-----------------+-----------------+----------------------+
 *                             | 0, n   | rows: int       | values: float   | gradient: float      |
 *                             +--------+-----------------+-----------------+----------------------+
 * </pre>
 *
 * <p>What the kernels answer they write to pinned memory themselves, over the bus: it is written once, and a copy would be one step more.
 */
final class CudaLane implements AutoCloseable {
    /** Bytes of pinned memory for either direction; a call that needs more is none for this provider. */
    static final int STAGING_BYTES = 4 << 20;

    private static final int LISTS_AT = 16;
    private static final int THREADS = 128;
    private static final long ADDRESS_SPACE = Long.MAX_VALUE;

    @SuppressWarnings("restricted") // rows of weight tables are addresses
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(ADDRESS_SPACE);

    private final CudaGpu gpu;
    private final CudaStream stream;
    private final PinnedBuffer sent;
    private final PinnedBuffer answered;
    private final CudaScatter changes;
    private final DeviceBuffer input;
    private final LaunchArguments scores;
    private final LaunchArguments adaGrad;
    private final List<CudaMirror> mirrors = new ArrayList<>();

    private CudaLane(
            final CudaGpu gpu,
            final CudaStream stream,
            final PinnedBuffer sent,
            final PinnedBuffer answered,
            final CudaScatter changes,
            final DeviceBuffer input) {
        this.gpu = gpu;
        this.stream = stream;
        this.sent = sent;
        this.answered = answered;
        this.changes = changes;
        this.input = input;
        this.scores = new LaunchArguments(gpu.function("tagma_sparse_scores"));
        this.adaGrad = new LaunchArguments(gpu.function("tagma_sparse_adagrad"));
    }

    /** Opens a lane for the calling thread; what was made before a failure is left to the GPU's context. */
    static CudaLane open(final CudaGpu gpu) {
        gpu.context().makeCurrent();
        final CudaStream stream = gpu.context().stream();
        return new CudaLane(
                gpu,
                stream,
                gpu.context().pinnedBuffer(STAGING_BYTES),
                gpu.context().pinnedBuffer(STAGING_BYTES),
                new CudaScatter(gpu, stream, STAGING_BYTES),
                gpu.context().deviceBuffer(STAGING_BYTES));
    }

    /** Whether a sparse call of this size fits the lane's buffers. */
    static boolean fits(final WeightTable table, final int active) {
        final long lists = LISTS_AT + 8L * bucketSize(active) + 4L * table.stride();
        return active > 0 && lists <= STAGING_BYTES && (long) active * table.rowLength() * Float.BYTES <= STAGING_BYTES;
    }

    private static int bucketOf(final int active) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(active - 1);
    }

    private static int bucketSize(final int active) {
        return 1 << bucketOf(active);
    }

    void sparseScores(
            final WeightTable table, final int[] rows, final float[] values, final int active, final float[] out) {
        try {
            final CudaMirror mirror = mirrorOf(table);
            final DeviceBuffer weights = mirror.rows(table, stream);
            sendChanges(mirror, table, weights, rows, active);
            write(rows, values, active);
            final int bucket = bucketOf(active);
            CudaGraph graph = mirror.graph(bucket);
            if (graph == null) {
                graph = mirror.keep(bucket, stream.capture(() -> submitScores(weights, table.stride(), 1 << bucket)));
            }
            stream.launch(graph);
            stream.synchronize();
            MemorySegment.copy(answered.segment(), JAVA_FLOAT, 0, out, 0, table.stride());
        } finally {
            Reference.reachabilityFence(table);
        }
    }

    /** One copy in and one kernel; how many features there are is read from memory, so a graph serves all that fit its bucket. */
    private void submitScores(final DeviceBuffer weights, final int stride, final int size) {
        stream.copy(sent, 0, input, 0, LISTS_AT + 8L * size);
        scores.put(0, weights)
                .put(1, stride)
                .put(2, input)
                .put(3, input, LISTS_AT)
                .put(4, input, LISTS_AT + 4L * size)
                .put(5, answered.deviceAddress());
        stream.launch(scores, blocks(stride), 1, THREADS);
    }

    void sparseAdaGrad(
            final WeightTable table,
            final int[] rows,
            final float[] values,
            final int active,
            final float[] gradient,
            final float eta,
            final float epsilon) {
        try {
            final CudaMirror mirror = mirrorOf(table);
            final DeviceBuffer weights = mirror.rows(table, stream);
            sendChanges(mirror, table, weights, rows, active);
            final int stride = table.stride();
            final int size = write(rows, values, active);
            final long gradientAt = LISTS_AT + 8L * size;
            MemorySegment.copy(gradient, 0, sent.segment(), JAVA_FLOAT, gradientAt, stride);
            stream.copy(sent, 0, input, 0, gradientAt + 4L * stride);
            adaGrad.put(0, weights)
                    .put(1, stride)
                    .put(2, input, LISTS_AT)
                    .put(3, input, LISTS_AT + 4L * size)
                    .put(4, input, gradientAt)
                    .put(5, eta)
                    .put(6, epsilon)
                    .put(7, answered.deviceAddress());
            stream.launch(adaGrad, blocks(stride), active, THREADS);
            stream.synchronize();
            final long rowBytes = (long) table.rowLength() * Float.BYTES;
            for (int j = 0; j < active; j++) {
                MemorySegment.copy(answered.segment(), j * rowBytes, MEMORY, table.address(rows[j]), rowBytes);
            }
        } finally {
            Reference.reachabilityFence(table);
        }
    }

    /** Writes the lists of a call into pinned memory and answers the bucket's size. */
    private int write(final int[] rows, final float[] values, final int active) {
        final int size = bucketSize(active);
        final MemorySegment to = sent.segment();
        to.set(JAVA_INT, 0, 0);
        to.set(JAVA_INT, 4, active);
        MemorySegment.copy(rows, 0, to, JAVA_INT, LISTS_AT, active);
        MemorySegment.copy(values, 0, to, JAVA_FLOAT, LISTS_AT + 4L * size, active);
        return size;
    }

    /** Sends the rows of a call that the host moved. */
    private void sendChanges(
            final CudaMirror mirror,
            final WeightTable table,
            final DeviceBuffer weights,
            final int[] rows,
            final int active) {
        changes.begin(weights, table.rowLength());
        for (int j = 0; j < active; j++) {
            if (mirror.isDirty(rows[j])) {
                changes.add(rows[j], table.address(rows[j]));
                mirror.sent(rows[j]);
            }
        }
        changes.end();
    }

    private static int blocks(final int threads) {
        return (threads + THREADS - 1) / THREADS;
    }

    private CudaMirror mirrorOf(final WeightTable table) {
        for (int i = 0; i < mirrors.size(); i++) {
            if (mirrors.get(i).mirrors(table)) {
                return mirrors.get(i);
            }
        }
        for (int i = mirrors.size() - 1; i >= 0; i--) {
            if (mirrors.get(i).isAbandoned()) {
                mirrors.remove(i).close();
            }
        }
        final CudaMirror mirror = new CudaMirror(gpu.context(), table);
        mirrors.add(mirror);
        return mirror;
    }

    /** The processor moved these rows. */
    static void moved(final WeightTable table, final int[] rows, final int active) {
        final CudaMirror mirror = table.holder();
        for (int j = 0; mirror != null && j < active; j++) {
            mirror.changed(rows[j]);
        }
    }

    /** A call failed half way: nothing that the device has of the table is believed any more. */
    static void distrust(final WeightTable table) {
        final CudaMirror mirror = table.holder();
        if (mirror != null) {
            mirror.distrust(table.maxRows());
        }
    }

    @Override
    public void close() {
        final List<AutoCloseable> all = new ArrayList<>(mirrors);
        all.addAll(List.of(input, changes, answered, sent, stream));
        closeAll(all);
    }

    /** All of them, whatever one of them answers; then the first refusal is thrown. */
    static void closeAll(final List<? extends AutoCloseable> all) {
        RuntimeException first = null;
        for (final AutoCloseable each : all) {
            try {
                each.close();
            } catch (final RuntimeException refused) {
                first = first == null ? refused : first;
            } catch (final Exception impossible) {
                throw new AssertionError(impossible);
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
