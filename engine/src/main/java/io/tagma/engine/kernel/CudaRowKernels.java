package io.tagma.engine.kernel;

import io.tagma.cuda.CudaException;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link RowKernels} on a GPU for layers and rows that are <em>resident</em>: {@link #reside} says that from now on the owner tells of
 * every change, so that the device's copy can be used without looking. Everything else is the processor's, and so is a call that
 * {@link CudaCrossovers} finds too small. Residents belong to the thread that declared them.
 *
 * <p>The host's memory stays the truth. A step of AdaGrad and a decay move the device's copy, then the host's by what the device
 * answered; so a call that fails half way leaves the host as it was, and is done again by the processor.
 */
public final class CudaRowKernels implements RowKernels, Residents {
    private final CudaGpu gpu;
    private final RowKernels processor;
    private volatile CudaCrossovers crossovers;

    @SuppressWarnings("ThreadLocalUsage") // residents belong to a provider, of which there is one an engine
    private final ThreadLocal<@Nullable CudaRows> residents = new ThreadLocal<>();

    private final List<CudaRows> opened = new CopyOnWriteArrayList<>();
    private final AtomicLong onDevice = new AtomicLong();
    private final AtomicLong redone = new AtomicLong();

    CudaRowKernels(final CudaGpu gpu, final RowKernels processor, final CudaCrossovers crossovers) {
        this.gpu = gpu;
        this.processor = processor;
        this.crossovers = crossovers;
    }

    /** From now on these say which calls are the device's. */
    void follow(final CudaCrossovers measured) {
        crossovers = measured;
    }

    /** Calls that the device did. */
    public long onDevice() {
        return onDevice.get();
    }

    /** Calls that failed on the device and were done again by the processor. */
    public long redone() {
        return redone.get();
    }

    @Override
    public Residents residents() {
        return this;
    }

    @Override
    public boolean usable() {
        return gpu.usable();
    }

    /** Keeps a layer there; {@link #changed(DenseLayer)} must follow every change that is no kernel's. */
    @Override
    public String reside(final DenseLayer layer) {
        return reside(have -> have.add(layer));
    }

    /** Keeps rows there; {@link #changed(FloatRows, int, int)} must follow every change that is no kernel's. */
    @Override
    public String reside(final FloatRows rows) {
        return reside(have -> have.add(rows));
    }

    private String reside(final Consumer<CudaRows> adding) {
        if (!gpu.usable()) {
            return gpu.givenUp();
        }
        try {
            adding.accept(mine());
            return "";
        } catch (final IllegalArgumentException tooLarge) {
            return String.valueOf(tooLarge.getMessage());
        } catch (final CudaException failed) {
            gpu.failed("reside", failed);
            return String.valueOf(failed.getMessage());
        }
    }

    @Override
    public void leave(final Object layerOrRows) {
        final CudaRows have = residents.get();
        if (have != null && gpu.usable()) {
            try {
                have.remove(layerOrRows);
            } catch (final CudaException refused) {
                gpu.failed("leave", refused); // the context takes it along
            }
        }
    }

    @Override
    public void changed(final DenseLayer layer) {
        final CudaRows have = residents.get();
        if (have != null) {
            have.changed(layer);
        }
    }

    @Override
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
        final long from = softmax ? crossovers.denseSoftmax() : crossovers.denseScores();
        final CudaRows have = holding(layer, CalibratedRowKernels.work(layer, count), from);
        if (have == null) {
            return false;
        }
        try {
            have.score(layer, x, count, out, softmax);
            onDevice.incrementAndGet();
            return true;
        } catch (final CudaException failed) {
            failed(softmax ? "rows.denseSoftmax" : "rows.denseScores", have, failed);
            return false;
        } finally {
            ScalarRowKernels.fence(layer, x, out);
        }
    }

    /** The calling thread's residents, when this is one of them and the call is large enough; else null. */
    private @Nullable CudaRows holding(final Object what, final long work, final long from) {
        final CudaRows have = residents.get();
        return have == null || work == 0 || work < from || !gpu.usable() || !have.holds(what) ? null : have;
    }

    private void failed(final String kernel, final CudaRows have, final CudaException failure) {
        redone.incrementAndGet();
        gpu.failed(kernel, failure);
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
        RowShapes.step(layer, x, gradients, count);
        final CudaRows have = holding(layer, CalibratedRowKernels.work(layer, count), crossovers.adaGrad());
        if (have != null && CudaRows.stepFits(layer, count)) {
            try {
                have.adaGrad(layer, x, gradients, count, eta, epsilon);
                onDevice.incrementAndGet();
                return;
            } catch (final CudaException failed) {
                failed("rows.adaGrad", have, failed);
            } finally {
                ScalarRowKernels.fence(layer, x, gradients);
            }
        }
        processor.adaGrad(layer, x, gradients, count, eta, epsilon);
        changed(layer);
    }

    @Override
    public void decayAdd(
            final FloatRows rows, final int[] at, final float[] decay, final FloatRows increments, final int count) {
        RowShapes.decay(rows, at, decay, increments, count);
        final CudaRows have = holding(rows, CalibratedRowKernels.work(rows, count), crossovers.decayAdd());
        if (have != null && CudaRows.decayFits(rows, count)) {
            try {
                have.decayAdd(rows, at, decay, increments, count);
                onDevice.incrementAndGet();
            } catch (final CudaException failed) {
                failed("rows.decayAdd", have, failed);
                finish(rows, at, decay, increments, have.decayed(), count);
            } finally {
                Reference.reachabilityFence(rows.alive());
                Reference.reachabilityFence(increments.alive());
            }
            return;
        }
        processor.decayAdd(rows, at, decay, increments, count);
        final CudaRows mine = residents.get();
        if (mine != null) {
            mine.changed(rows, at, count);
        }
    }

    /** What the device left undone of a call. */
    private void finish(
            final FloatRows rows,
            final int[] at,
            final float[] decay,
            final FloatRows increments,
            final int done,
            final int count) {
        if (done < count) {
            processor.decayAdd(
                    rows,
                    Arrays.copyOfRange(at, done, count),
                    Arrays.copyOfRange(decay, done, count),
                    increments.from(done),
                    count - done);
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
        final long from = cosine ? crossovers.topKCosine() : crossovers.topK();
        final CudaRows have = holding(rows, CalibratedRowKernels.work(rows, count), from);
        if (have == null || best.capacity() > CudaRows.MOST_BEST) {
            return false;
        }
        try {
            have.top(rows, count, query, best, cosine);
            onDevice.incrementAndGet();
            return true;
        } catch (final CudaException failed) {
            failed(cosine ? "rows.topKCosine" : "rows.topK", have, failed);
            return false;
        } finally {
            Reference.reachabilityFence(rows.alive());
        }
    }
}
