package io.tagma.perf.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.tagma.cuda.CudaAvailability;
import io.tagma.cuda.CudaContext;
import io.tagma.cuda.CudaDriver;
import io.tagma.cuda.CudaModule;
import io.tagma.cuda.CudaStream;
import io.tagma.cuda.DeviceBuffer;
import io.tagma.cuda.LaunchArguments;
import io.tagma.cuda.PinnedBuffer;
import io.tagma.engine.kernel.DenseLayer;
import io.tagma.engine.kernel.FloatRows;
import io.tagma.engine.kernel.Kernels;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** What a GPU can do, measured in the same run as its kernels, and how long the shortest call takes from Java. Stateless. */
final class GpuLimits {
    private static final String IMAGE = "/io/tagma/cuda/tagma_kernels.ptx";
    private static final int CHAINS = 8;
    private static final int THREADS = 256;
    private static final int BLOCKS = 2112;
    private static final int ROUNDS = 8192;
    private static final int CALLS = 20_000;
    private static final int INPUTS = 256;
    private static final int OUTPUTS = 1024;
    private static final long COPIED = 1L << 30;

    private GpuLimits() {}

    /**
     * What was measured. Immutable.
     *
     * @param fmaGflops fused multiply-adds of single precision, two operations each, a nanosecond
     * @param copyGbps bytes read and written a nanosecond, of a copy within the device
     * @param oneP50Ns a batch of one, 256 inputs by 1,024 outputs, from call to answer: half of the calls take no longer
     * @param oneP99Ns 99 in 100 take no longer
     */
    record Figures(double fmaGflops, double copyGbps, double oneP50Ns, double oneP99Ns) {}

    /** Measures the device that the kernels use; null where there is none. */
    static @Nullable Figures measure(final Kernels cuda, final boolean quick) throws IOException {
        final String library = System.getProperty("tagma.cuda.library", CudaDriver.LIBRARY_NAME);
        if (!(CudaDriver.open(library) instanceof CudaAvailability.Available available)) {
            return null;
        }
        final BestOf best = new BestOf(quick);
        final double[] one = batchOfOne(cuda, quick ? 20 : CALLS);
        try (CudaDriver driver = available.driver();
                CudaContext context = CudaContext.open(driver, 0);
                CudaStream stream = context.stream()) {
            return new Figures(
                    peak(context, stream, best, quick), copying(context, stream, best, quick), one[0], one[1]);
        }
    }

    private static double peak(
            final CudaContext context, final CudaStream stream, final BestOf best, final boolean quick)
            throws IOException {
        final int blocks = quick ? 2 : BLOCKS;
        final int rounds = quick ? 16 : ROUNDS;
        final byte[] image;
        try (InputStream in = Objects.requireNonNull(CudaDriver.class.getResourceAsStream(IMAGE))) {
            image = in.readAllBytes();
        }
        try (CudaModule module = context.module(IMAGE, image);
                PinnedBuffer start = context.pinnedBuffer((long) CHAINS * Float.BYTES);
                DeviceBuffer out = context.deviceBuffer((CHAINS + (long) blocks * THREADS) * Float.BYTES)) {
            for (int i = 0; i < CHAINS; i++) {
                start.segment().setAtIndex(JAVA_FLOAT, i, i);
            }
            stream.copy(start, 0, out, 0, start.bytes());
            final LaunchArguments arguments = new LaunchArguments(module.function("tagma_fma_chains"))
                    .put(0, out)
                    .put(1, rounds)
                    .put(2, 0.999f)
                    .put(3, 1e-9f);
            final double ns = best.ns(() -> {
                stream.launch(arguments, blocks, 1, THREADS);
                stream.synchronize();
            });
            return 2.0 * CHAINS * rounds * blocks * THREADS / ns;
        }
    }

    private static double copying(
            final CudaContext context, final CudaStream stream, final BestOf best, final boolean quick) {
        final long bytes = quick ? 1 << 22 : Math.min(COPIED, Math.max(1 << 20, context.freeBytes() / 4));
        try (DeviceBuffer from = context.deviceBuffer(bytes);
                DeviceBuffer to = context.deviceBuffer(bytes)) {
            stream.fill(from, 0, 1, bytes / Float.BYTES);
            final double ns = best.ns(() -> {
                stream.copy(from, 0, to, 0, bytes / Float.BYTES * Float.BYTES);
                stream.synchronize();
            });
            return 2.0 * bytes / ns;
        }
    }

    private static double[] batchOfOne(final Kernels cuda, final int calls) {
        final NanoClock clock = SystemNanoClock.INSTANCE;
        try (Arena arena = Arena.ofConfined()) {
            final DenseLayer layer = DenseLayer.allocate(arena, INPUTS, OUTPUTS);
            final FloatRows x = FloatRows.allocate(arena, 1, INPUTS);
            final FloatRows out = FloatRows.allocate(arena, 1, OUTPUTS);
            cuda.rows().residents().reside(layer);
            final long[] took = new long[calls];
            // Twice: in the first round code and graph come about.
            for (int i = 0; i < 2 * calls; i++) {
                final long began = clock.nanoTime();
                cuda.rows().denseScores(layer, x, 1, out);
                took[i % calls] = clock.nanoTime() - began;
            }
            cuda.rows().residents().leave(layer);
            Arrays.sort(took);
            return new double[] {took[calls / 2], took[(int) (calls * 0.99)]};
        }
    }
}
