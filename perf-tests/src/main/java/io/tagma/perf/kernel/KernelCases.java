package io.tagma.perf.kernel;

import io.tagma.engine.kernel.DenseLayer;
import io.tagma.engine.kernel.FloatRows;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.RowKernels;
import io.tagma.engine.kernel.ScalarKernels;
import io.tagma.engine.kernel.TopK;
import io.tagma.engine.kernel.WeightTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The kernels at the sizes that are compared. Used by one thread. */
final class KernelCases {
    private static final int SEED = 5;
    private static final int BEST = 10;
    private static final int INTENTS = 150;
    private static final int ACTIVE = 160;
    private static final int MOVED = 1000;
    private static final int SCALAR_ROWS = 1 << 16;

    private final BestOf best;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Measured> measured = new ArrayList<>();
    private final List<Kernels> providers;
    private final @Nullable CKernels c;
    private final DensePeers peers = new DensePeers();
    private final List<TorchKernels.Job> jobs = new ArrayList<>();
    private final double peakGflops;
    private final double readGbps;
    private final GpuLimits.@Nullable Figures gpu;

    KernelCases(
            final List<Kernels> providers,
            final @Nullable CKernels c,
            final double peakGflops,
            final double readGbps,
            final GpuLimits.@Nullable Figures gpu,
            final boolean quick) {
        best = new BestOf(quick);
        this.providers = providers;
        this.c = c;
        this.peakGflops = peakGflops;
        this.readGbps = readGbps;
        this.gpu = gpu;
    }

    List<Measured> measured() {
        return measured;
    }

    /** Libraries that were left out, and why. */
    List<String> missing() {
        return peers.missing();
    }

    private FloatRows rows(final Arena arena, final int count, final int dimension) {
        final FloatRows rows = FloatRows.allocate(arena, count, dimension);
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < dimension; i++) {
                rows.set(r, i, (float) (random.nextDouble() * 2 - 1));
            }
        }
        return rows;
    }

    private DenseLayer layer(final Arena arena, final int inputs, final int outputs) {
        final DenseLayer layer = DenseLayer.allocate(arena, inputs, outputs);
        for (int d = 0; d <= inputs; d++) {
            for (int o = 0; o < outputs; o++) {
                layer.weight(d, o, (float) (random.nextDouble() * 2 - 1));
            }
        }
        return layer;
    }

    /** Scores of a batch by a layer whose outputs are a multiple of 64; checks that C comes to the same bits. */
    void dense(final int batch, final int inputs, final int outputs) {
        try (Arena arena = Arena.ofConfined()) {
            final DenseLayer layer = layer(arena, inputs, outputs);
            final FloatRows x = rows(arena, batch, inputs);
            final FloatRows out = FloatRows.allocate(arena, batch, outputs);
            final String shape = batch + " x " + inputs + " x " + outputs;
            final double flops = 2.0 * batch * inputs * outputs;
            for (final Kernels kernels : providers) {
                final RowKernels rows = kernels.rows();
                rows.residents().reside(layer);
                final double ns = best.ns(() -> rows.denseScores(layer, x, batch, out));
                rows.residents().leave(layer);
                add("dense scores", shape, kernels.name(), ns, flops, Double.NaN);
            }
            jobs.add(new TorchKernels.Job("dense", batch, inputs, outputs, "dense scores", shape, flops, Double.NaN));
            final CKernels native1 = c;
            if (native1 != null) {
                final FloatRows other = FloatRows.allocate(arena, batch, outputs);
                final MemorySegment weights = layer.alive();
                final double ns = best.ns(() -> native1.denseScores(
                        weights, inputs, outputs, x.alive(), x.stride(), batch, other.alive(), other.stride()));
                add("dense scores", shape, "c", ns, flops, Double.NaN);
                same(out, other, shape);
            }
            peers.measure(
                    new DensePeers.Job(layer, x, batch),
                    out,
                    peer -> () -> add("dense scores", shape, peer.name(), best.ns(peer::score), flops, Double.NaN));
        }
    }

    private static void same(final FloatRows ours, final FloatRows theirs, final String shape) {
        for (int r = 0; r < ours.count(); r++) {
            for (int i = 0; i < ours.dimension(); i++) {
                if (ours.get(r, i) != theirs.get(r, i)) {
                    throw new IllegalStateException("dense scores of " + shape + " differ from C's: row " + r
                            + ", output " + i + ": " + ours.get(r, i) + " and " + theirs.get(r, i));
                }
            }
        }
    }

    /** The best rows of many by the inner product. */
    void topK(final int count, final int dimension) {
        try (Arena arena = Arena.ofConfined()) {
            final FloatRows rows = rows(arena, count, dimension);
            final float[] query = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                query[i] = (float) (random.nextDouble() * 2 - 1);
            }
            final TopK list = new TopK(BEST);
            for (final Kernels kernels : providers) {
                // The reference is there for what things mean; a part of the rows tells its speed.
                final int some = kernels instanceof ScalarKernels ? Math.min(count, SCALAR_ROWS) : count;
                kernels.rows().residents().reside(rows);
                final double ns = best.ns(() -> kernels.rows().topK(rows, some, query, list));
                kernels.rows().residents().leave(rows);
                final double bytes = (double) some * dimension * Float.BYTES;
                add("top " + BEST, some + " x " + dimension, kernels.name(), ns, 2.0 * some * dimension, bytes);
            }
            jobs.add(new TorchKernels.Job(
                    "top",
                    BEST,
                    count,
                    dimension,
                    "top " + BEST,
                    count + " x " + dimension,
                    2.0 * count * dimension,
                    (double) count * dimension * Float.BYTES));
            final CKernels native1 = c;
            if (native1 != null) {
                final MemorySegment q = arena.allocate((long) dimension * Float.BYTES, 64);
                MemorySegment.copy(query, 0, q, java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, dimension);
                final long[] found = new long[1];
                final double ns = best.ns(() -> found[0] = native1.bestRow(rows.alive(), count, dimension, q));
                final double bytes = (double) count * dimension * Float.BYTES;
                add("top " + BEST, count + " x " + dimension, "c", ns, 2.0 * count * dimension, bytes);
                if (found[0] != list.row(0) && count % 4 == 0) {
                    throw new IllegalStateException("the best row is " + list.row(0) + ", and by C " + found[0]);
                }
            }
        }
    }

    /** A step of a layer by a batch. */
    void adaGrad(final int batch, final int inputs, final int outputs) {
        try (Arena arena = Arena.ofConfined()) {
            final DenseLayer layer = layer(arena, inputs, outputs);
            final FloatRows x = rows(arena, batch, inputs);
            final FloatRows gradients = rows(arena, batch, outputs);
            for (final Kernels kernels : providers) {
                kernels.rows().residents().reside(layer);
                final double ns = best.ns(() -> kernels.rows().adaGrad(layer, x, gradients, batch, 0.01f, 1e-4f));
                kernels.rows().residents().leave(layer);
                final double flops = 2.0 * batch * inputs * outputs;
                add("adagrad", batch + " x " + inputs + " x " + outputs, kernels.name(), ns, flops, Double.NaN);
            }
        }
    }

    /** Rows decayed and added to. */
    void decay(final int dimension) {
        try (Arena arena = Arena.ofConfined()) {
            final FloatRows rows = rows(arena, MOVED, dimension);
            final FloatRows more = rows(arena, MOVED, dimension);
            final int[] at = new int[MOVED];
            final float[] decay = new float[MOVED];
            for (int j = 0; j < MOVED; j++) {
                at[j] = (int) (j * 7919L % MOVED);
                decay[j] = 0.99f;
            }
            for (final Kernels kernels : providers) {
                kernels.rows().residents().reside(rows);
                final double ns = best.ns(() -> kernels.rows().decayAdd(rows, at, decay, more, MOVED));
                kernels.rows().residents().leave(rows);
                add(
                        "decay and add",
                        MOVED + " x " + dimension,
                        kernels.name(),
                        ns,
                        2.0 * MOVED * dimension,
                        Double.NaN);
            }
        }
    }

    /** Hashed features by classes, as the intent classifier scores. */
    void sparse() {
        final WeightTable table = new WeightTable(INTENTS, 4 * ACTIVE);
        final int[] active = new int[ACTIVE];
        final float[] values = new float[ACTIVE];
        for (int i = 0; i < 4 * ACTIVE; i++) {
            table.addRow();
        }
        for (int j = 0; j < ACTIVE; j++) {
            active[j] = 4 * j;
            values[j] = (float) random.nextDouble();
        }
        final float[] out = new float[table.stride()];
        for (final Kernels kernels : providers) {
            final double ns = best.ns(() -> kernels.sparseScores(table, active, values, ACTIVE, out));
            add(
                    "sparse scores",
                    ACTIVE + " x " + INTENTS,
                    kernels.name(),
                    ns,
                    2.0 * ACTIVE * table.stride(),
                    Double.NaN);
        }
    }

    /** PyTorch at the shapes that were measured so far, in a process of its own. */
    void torch(final TorchKernels torch) throws DensePeers.Unavailable {
        torch.measure(jobs).forEach((job, ns) -> add(job.name(), job.shape(), "torch", ns, job.flops(), job.bytes()));
    }

    private void add(
            final String name,
            final String shape,
            final String provider,
            final double ns,
            final double flops,
            final double bytes) {
        final double gflops = flops / ns;
        final double gbps = bytes / ns;
        final GpuLimits.Figures device = "cuda".equals(provider) || "torch".equals(provider) ? gpu : null;
        final double peak = device == null ? peakGflops : device.fmaGflops();
        final double ofLimit =
                Double.isNaN(bytes) ? gflops / peak : gbps / (device == null ? readGbps : device.copyGbps());
        measured.add(new Measured(name, shape, provider, ns, gflops, gbps, ofLimit));
    }
}
