package io.tagma.engine.kernel;

import io.tagma.cuda.CudaDriver;
import io.tagma.cuda.CudaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The kernels on a GPU, bit-identical to {@link ScalarKernels}; any thread, each with a lane of its own. Made and closed by the
 * thread that runs the engine.
 *
 * <p>Weight tables are resident: the device has a copy that is kept up to date row by row. What is not worth the way over the bus is
 * done by the processor's kernels: calls that {@link CudaCrossovers} finds too small, and all that is about arrays of the heap, which
 * would have to be sent each time.
 *
 * <p>A call that fails on the device is done again by the processor with the same result, and counted. An error that stays, such as
 * an illegal address, retires the device: every later call is the processor's.
 */
public final class CudaKernels extends DelegatingKernels implements AutoCloseable {
    /** System property: multiply-adds below which a call stays on the processor, whatever was measured. */
    public static final String MINIMUM_WORK_PROPERTY = "tagma.kernel.cuda.min.work";

    /** What a processor does in the time that a launch and its answer take, by the budget of 12 us for both; where nothing was measured. */
    static final int DEFAULT_MINIMUM_WORK = 1 << 16;

    private static final int MAX_LANES = 64;

    private final CudaGpu gpu;
    private final CudaRowKernels rows;
    private volatile CudaCrossovers crossovers;
    private final List<CudaLane> lanes = new CopyOnWriteArrayList<>();

    @SuppressWarnings("ThreadLocalUsage") // lanes belong to a provider, of which there is one an engine
    private final ThreadLocal<@Nullable CudaLane> lane = new ThreadLocal<>();

    private final AtomicLong onDevice = new AtomicLong();
    private final AtomicLong onProcessor = new AtomicLong();
    private final AtomicLong redone = new AtomicLong();

    CudaKernels(final CudaGpu gpu, final Kernels processor, final long minimumWork) {
        super(processor);
        this.gpu = gpu;
        this.crossovers = CudaCrossovers.all(minimumWork);
        this.rows = new CudaRowKernels(gpu, processor.rows(), crossovers);
    }

    /**
     * Opens the first GPU, which then does whatever it can, however small.
     *
     * @param processor what does the rest
     * @throws CudaGpu.Unusable with the reason, where there is no GPU or it cannot be used
     */
    static CudaKernels open(final Kernels processor) {
        final String library = System.getProperty(CudaGpu.LIBRARY_PROPERTY, CudaDriver.LIBRARY_NAME);
        final CudaKernels opened = new CudaKernels(CudaGpu.open(library), processor, 1);
        final String difference = KernelsSelfCheck.firstDifference(opened);
        if (!difference.isEmpty() || opened.redone() > 0) {
            final String why =
                    difference.isEmpty() ? "a call fails: " + opened.givenUp() : "it disagrees in " + difference;
            opened.close();
            throw new CudaGpu.Unusable(false, opened.device() + " is of no use, " + why, null);
        }
        return opened;
    }

    /** From now on these say which calls are the device's. */
    void follow(final CudaCrossovers measured) {
        crossovers = measured;
        rows.follow(measured);
    }

    /** From now on all calls of so many multiply-adds or more are the device's. */
    public void from(final long minimumWork) {
        follow(CudaCrossovers.all(minimumWork));
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public List<String> calibration() {
        final List<String> lines = new ArrayList<>(others().calibration());
        lines.addAll(crossovers.lines());
        return lines;
    }

    @Override
    public CudaRowKernels rows() {
        return rows;
    }

    /** The device, for a log. */
    public String device() {
        return gpu.toString();
    }

    /** Calls that the device did, those of {@link #rows} aside. */
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

    @Override
    public DeviceLog deviceLog() {
        return gpu.log();
    }

    /** Why the device is used no more, or the empty string. */
    public String givenUp() {
        return gpu.givenUp();
    }

    @Override
    public void sparseScores(
            final WeightTable table, final int[] rows, final float[] values, final int active, final float[] out) {
        final CudaLane mine = laneFor(table, active, active, crossovers.sparseScores());
        if (mine != null) {
            try {
                mine.sparseScores(table, rows, values, active, out);
                onDevice.incrementAndGet();
                return;
            } catch (final CudaException failed) {
                failed("sparseScores", table, failed);
            }
        } else {
            onProcessor.incrementAndGet();
        }
        others().sparseScores(table, rows, values, active, out);
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
        final int moved = moving(gradient, table.stride()) == 0 ? 0 : active;
        final CudaLane mine = laneFor(table, active, moved, crossovers.sparseAdaGrad());
        if (mine != null) {
            try {
                mine.sparseAdaGrad(table, rows, values, active, gradient, eta, epsilon);
                onDevice.incrementAndGet();
                return;
            } catch (final CudaException failed) {
                failed("sparseAdaGrad", table, failed);
            }
        } else {
            onProcessor.incrementAndGet();
        }
        others().sparseAdaGrad(table, rows, values, active, gradient, eta, epsilon);
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
    private @Nullable CudaLane laneFor(final WeightTable table, final int active, final int rows, final long from) {
        if (!gpu.usable()
                || (long) rows * table.stride() < from
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
            gpu.failed("a thread's first call", failed);
            redone.incrementAndGet();
            return null;
        }
    }

    private void failed(final String kernel, final WeightTable table, final CudaException failure) {
        redone.incrementAndGet();
        gpu.failed(kernel, failure);
        CudaLane.distrust(table);
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
