package io.tagma.engine.kernel;

import io.tagma.cuda.CudaException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * {@link RowKernels} on a GPU for layers and rows that are <em>resident</em>: {@link #reside} says that from now on the owner tells of
 * every change, so that the device's copy can be used without looking. Everything else is the processor's. Residents belong to the thread
 * that declared them.
 *
 * <p>The host's memory stays the truth. Steps of AdaGrad and decays are done there, since what they move must be there anyway, and the
 * device is sent what changed when it is next asked.
 */
public final class CudaRowKernels implements RowKernels {
    private final CudaGpu gpu;
    private final RowKernels processor;
    private final long minimumWork;

    @SuppressWarnings("ThreadLocalUsage") // residents belong to a provider, of which there is one an engine
    private final ThreadLocal<@Nullable CudaRows> residents = new ThreadLocal<>();

    private final List<CudaRows> opened = new CopyOnWriteArrayList<>();
    private final AtomicLong onDevice = new AtomicLong();
    private final AtomicLong redone = new AtomicLong();

    CudaRowKernels(final CudaGpu gpu, final RowKernels processor, final long minimumWork) {
        this.gpu = gpu;
        this.processor = processor;
        this.minimumWork = minimumWork;
    }

    /** Calls that the device did. */
    public long onDevice() {
        return onDevice.get();
    }

    /** Calls that failed on the device and were done again by the processor. */
    public long redone() {
        return redone.get();
    }

    /**
     * Keeps a copy of a layer on the device from now on; {@link #changed(DenseLayer)} must follow every change that is no kernel's.
     *
     * @throws IllegalArgumentException if the device has less memory than that
     * @throws CudaException if the device fails
     */
    public void reside(final DenseLayer layer) {
        mine().add(layer);
    }

    /**
     * Keeps a copy of rows on the device from now on; {@link #changed(FloatRows, int, int)} must follow every change that is no kernel's.
     *
     * @throws IllegalArgumentException if the device has less memory than that
     * @throws CudaException if the device fails
     */
    public void reside(final FloatRows rows) {
        mine().add(rows);
    }

    /** Gives the device's copy back; what is none is left alone. */
    public void leave(final Object layerOrRows) {
        final CudaRows have = residents.get();
        if (have != null) {
            have.remove(layerOrRows);
        }
    }

    /** The owner wrote weights. */
    public void changed(final DenseLayer layer) {
        final CudaRows have = residents.get();
        if (have != null) {
            have.changed(layer);
        }
    }

    /** The owner wrote rows. */
    public void changed(final FloatRows rows, final int first, final int count) {
        final CudaRows have = residents.get();
        if (have != null) {
            have.changed(rows, first, first + count);
        }
    }

    private CudaRows mine() {
        CudaRows have = residents.get();
        if (have == null) {
            have = CudaRows.open(gpu);
            opened.add(have);
            residents.set(have);
        }
        return have;
    }

    /** Gives back what the calls of all threads made; no thread may be in one. */
    void close() {
        CudaException first = null;
        for (final CudaRows each : opened) {
            try {
                each.close();
            } catch (final CudaException refused) {
                first = first == null ? refused : first;
            }
        }
        opened.clear();
        if (first != null) {
            throw first;
        }
    }

    @Override
    public void denseScores(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        RowShapes.scores(layer, x, count, out);
        if (!score(layer, x, count, out, false)) {
            processor.denseScores(layer, x, count, out);
        }
    }

    @Override
    public void denseSoftmax(final DenseLayer layer, final FloatRows x, final int count, final FloatRows out) {
        RowShapes.scores(layer, x, count, out);
        if (!score(layer, x, count, out, true)) {
            processor.denseSoftmax(layer, x, count, out);
        }
    }

    private boolean score(
            final DenseLayer layer, final FloatRows x, final int count, final FloatRows out, final boolean softmax) {
        final CudaRows have = residents.get();
        final long work = (long) count * layer.inputs() * layer.stride();
        if (have == null || !gpu.usable() || count == 0 || work < minimumWork || !have.holds(layer)) {
            return false;
        }
        try {
            have.score(layer, x, count, out, softmax);
            onDevice.incrementAndGet();
            return true;
        } catch (final CudaException failed) {
            failed(have, failed);
            return false;
        } finally {
            ScalarRowKernels.fence(layer, x, out);
        }
    }

    private void failed(final CudaRows have, final CudaException failure) {
        redone.incrementAndGet();
        gpu.failed(failure);
        have.distrust();
    }

    @Override
    public void adaGrad(
            final DenseLayer layer,
            final FloatRows x,
            final FloatRows gradients,
            final int count,
            final float eta,
            final float epsilon) {
        processor.adaGrad(layer, x, gradients, count, eta, epsilon);
        changed(layer);
    }

    @Override
    public void decayAdd(
            final FloatRows rows, final int[] at, final float[] decay, final FloatRows increments, final int count) {
        processor.decayAdd(rows, at, decay, increments, count);
        for (int j = 0; j < count; j++) {
            changed(rows, at[j], 1);
        }
    }

    @Override
    public void topK(final FloatRows rows, final int count, final float[] query, final TopK best) {
        RowShapes.query(rows, count, query);
        if (!top(rows, count, query, best, false)) {
            processor.topK(rows, count, query, best);
        }
    }

    @Override
    public void topKCosine(final FloatRows rows, final int count, final float[] query, final TopK best) {
        RowShapes.query(rows, count, query);
        if (!top(rows, count, query, best, true)) {
            processor.topKCosine(rows, count, query, best);
        }
    }

    private boolean top(
            final FloatRows rows, final int count, final float[] query, final TopK best, final boolean cosine) {
        final CudaRows have = residents.get();
        final long work = (long) count * query.length;
        if (have == null
                || !gpu.usable()
                || count == 0
                || work < minimumWork
                || best.capacity() > CudaRows.MOST_BEST
                || !have.holds(rows)) {
            return false;
        }
        try {
            have.top(rows, count, query, best, cosine);
            onDevice.incrementAndGet();
            return true;
        } catch (final CudaException failed) {
            failed(have, failed);
            return false;
        } finally {
            java.lang.ref.Reference.reachabilityFence(rows.alive());
        }
    }
}
