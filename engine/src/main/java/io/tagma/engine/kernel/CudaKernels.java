package io.tagma.engine.kernel;

import io.tagma.cuda.CudaDriver;
import io.tagma.cuda.CudaException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The kernels on a GPU, bit-identical to {@link ScalarKernels}; any thread, each with a lane of its own. Made and closed by the
 * thread that runs the engine.
 *
 * <p>Weight tables are resident: the device has a copy that is kept up to date row by row. What is not worth the way over the bus is
 * done by the processor's kernels: calls of fewer than {@link #minimumWork} multiply-adds, and all that is about arrays of the heap,
 * which would have to be sent each time.
 *
 * <p>A call that fails on the device is done again by the processor with the same result, and counted. An error that stays, such as
 * an illegal address, retires the device: every later call is the processor's.
 */
public final class CudaKernels implements Kernels, AutoCloseable {
    /** System property: multiply-adds below which a call stays on the processor. */
    public static final String MINIMUM_WORK_PROPERTY = "tagma.kernel.cuda.min.work";

    /** What a processor does in the time that a launch and its answer take, by the budget of 12 us for both. */
    private static final int DEFAULT_MINIMUM_WORK = 1 << 16;

    private static final int MAX_LANES = 64;

    private final CudaGpu gpu;
    private final Kernels processor;
    private final CudaRowKernels rows;
    private volatile int minimumWork;
    private final List<CudaLane> lanes = new CopyOnWriteArrayList<>();

    @SuppressWarnings("ThreadLocalUsage") // lanes belong to a provider, of which there is one an engine
    private final ThreadLocal<@Nullable CudaLane> lane = new ThreadLocal<>();

    private final AtomicLong onDevice = new AtomicLong();
    private final AtomicLong onProcessor = new AtomicLong();
    private final AtomicLong redone = new AtomicLong();

    CudaKernels(final CudaGpu gpu, final Kernels processor, final int minimumWork) {
        this.gpu = gpu;
        this.processor = processor;
        this.minimumWork = minimumWork;
        this.rows = new CudaRowKernels(gpu, processor.rows(), minimumWork);
    }

    /**
     * Opens the first GPU.
     *
     * @param processor what does the rest
     * @throws IllegalArgumentException with the reason, where there is no GPU or it cannot be used
     */
    static CudaKernels open(final Kernels processor) {
        final String library = System.getProperty(CudaGpu.LIBRARY_PROPERTY, CudaDriver.LIBRARY_NAME);
        final CudaKernels opened = new CudaKernels(CudaGpu.open(library), processor, 1);
        // The self-check's calls are small, and must not be the processor's.
        final String difference = KernelsSelfCheck.firstDifference(opened);
        if (!difference.isEmpty() || opened.redone() > 0) {
            final String why =
                    difference.isEmpty() ? "a call fails: " + opened.givenUp() : "it disagrees in " + difference;
            opened.close();
            throw new IllegalArgumentException(
                    "tagma.kernel=cuda: the GPU is of no use, " + why + "; auto, vector and scalar decide the same");
        }
        opened.minimumWork = Integer.getInteger(MINIMUM_WORK_PROPERTY, DEFAULT_MINIMUM_WORK);
        return opened;
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public CudaRowKernels rows() {
        return rows;
    }

    /** The device and what does the rest, for a log. */
    public String description() {
        return gpu + ", with " + processor.name() + " kernels for calls of fewer than " + minimumWork
                + " multiply-adds";
    }

    /** Multiply-adds below which a call stays on the processor. */
    public int minimumWork() {
        return minimumWork;
    }

    /** Calls that the device did. */
    public long onDevice() {
        return onDevice.get();
    }

    /** Calls that went to the processor at once. */
    public long onProcessor() {
        return onProcessor.get();
    }

    /** Calls that failed on the device and were done again by the processor. */
    public long redone() {
        return redone.get();
    }

    /** Why the device is used no more, or the empty string. */
    public String givenUp() {
        return gpu.givenUp();
    }

    @Override
    public void sparseScores(
            final WeightTable table, final int[] rows, final float[] values, final int active, final float[] out) {
        final CudaLane mine = laneFor(table, active, active);
        if (mine != null) {
            try {
                mine.sparseScores(table, rows, values, active, out);
                onDevice.incrementAndGet();
                return;
            } catch (final CudaException failed) {
                failed(table, failed);
            }
        } else {
            onProcessor.incrementAndGet();
        }
        processor.sparseScores(table, rows, values, active, out);
    }

    @Override
    public void sparseAdaGrad(
            final WeightTable table,
            final int[] rows,
            final float[] values,
            final int active,
            final float[] gradient,
            final float eta,
            final float epsilon) {
        final CudaLane mine = laneFor(table, active, moving(gradient, table.stride()) == 0 ? 0 : active);
        if (mine != null) {
            try {
                mine.sparseAdaGrad(table, rows, values, active, gradient, eta, epsilon);
                onDevice.incrementAndGet();
                return;
            } catch (final CudaException failed) {
                failed(table, failed);
            }
        } else {
            onProcessor.incrementAndGet();
        }
        processor.sparseAdaGrad(table, rows, values, active, gradient, eta, epsilon);
        CudaLane.moved(table, rows, active);
    }

    private static int moving(final float[] gradient, final int stride) {
        int count = 0;
        for (int c = 0; c < stride; c++) {
            count += gradient[c] != 0f ? 1 : 0;
        }
        return count;
    }

    /** The calling thread's lane, or null for a call that is the processor's. */
    private @Nullable CudaLane laneFor(final WeightTable table, final int active, final int rows) {
        if (!gpu.usable()
                || (long) rows * table.stride() < minimumWork
                || !CudaLane.fits(table, active)
                || CudaMirror.bytesFor(table) > gpu.context().device().totalMemoryBytes()) {
            return null;
        }
        final CudaLane have = lane.get();
        return have != null ? have : open();
    }

    private @Nullable CudaLane open() {
        if (lanes.size() >= MAX_LANES) {
            return null;
        }
        try {
            final CudaLane opened = CudaLane.open(gpu);
            lanes.add(opened);
            lane.set(opened);
            return opened;
        } catch (final CudaException failed) {
            gpu.failed(failed);
            redone.incrementAndGet();
            return null;
        }
    }

    private void failed(final WeightTable table, final CudaException failure) {
        redone.incrementAndGet();
        gpu.failed(failure);
        CudaLane.distrust(table);
    }

    @Override
    public void softmax(final float[] scores, final int n) {
        processor.softmax(scores, n);
    }

    @Override
    public float dot(final float[] w, final float[] x, final int n) {
        return processor.dot(w, x, n);
    }

    @Override
    public void adaGrad(
            final float[] w, final float[] g2, final float[] x, final int n, final float gradient, final float eta) {
        processor.adaGrad(w, g2, x, n, gradient, eta);
    }

    @Override
    public void denseScores(
            final float[] weights,
            final int stride,
            final float[] x,
            final int n,
            final float[] out,
            final int outputs) {
        processor.denseScores(weights, stride, x, n, out, outputs);
    }

    @Override
    public void exp(final float[] x, final int n) {
        processor.exp(x, n);
    }

    @Override
    public void log(final float[] x, final int n) {
        processor.log(x, n);
    }

    @Override
    public void sigmoid(final float[] x, final int n) {
        processor.sigmoid(x, n);
    }

    /** Gives everything back; no thread may be in a call. Later calls are the processor's. */
    @Override
    public void close() {
        RuntimeException first = null;
        for (final CudaLane each : lanes) {
            try {
                each.close();
            } catch (final CudaException refused) {
                first = first == null ? refused : first;
            }
        }
        lanes.clear();
        try {
            rows.close();
        } catch (final CudaException refused) {
            first = first == null ? refused : first;
        }
        gpu.close();
        if (first != null && gpu.usable()) {
            throw first;
        }
    }

    /** What closing found open: a test's measure. */
    long leaks() {
        return gpu.leaks();
    }
}
