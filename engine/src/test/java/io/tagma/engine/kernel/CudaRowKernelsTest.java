package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.cuda.CudaStream;
import io.tagma.cuda.DeviceBuffer;
import io.tagma.cuda.LaunchArguments;
import io.tagma.cuda.PinnedBuffer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers and rows resident on a GPU that is the processor, against the scalar reference to the last bit. */
class CudaRowKernelsTest {
    @TempDir
    private static Path folder;

    private final RowKernels reference = new ScalarKernels().rows();
    private final SplittableRandom random = new SplittableRandom(17);
    private final Arena arena = Arena.ofConfined();
    private CudaStandIn driver;
    private CudaKernels kernels;
    private CudaRowKernels cuda;

    @BeforeEach
    void open() throws IOException {
        open("devices=1");
    }

    private void open(final String specification) throws IOException {
        driver = CudaStandIn.in(folder).configure(specification);
        kernels = new CudaKernels(CudaGpu.open(driver.library()), new ScalarKernels(), 1);
        cuda = kernels.rows();
    }

    @AfterEach
    void close() {
        if (kernels != null) {
            kernels.close();
            assertThat(driver.live("all")).isZero();
            assertThat(kernels.leaks()).isZero();
            assertThat(driver.misuses()).isZero();
        }
        arena.close();
    }

    private FloatRows rows(final int count, final int dimension, final boolean extremes) {
        final FloatRows rows = FloatRows.allocate(arena, count, dimension);
        for (int r = 0; r < count; r++) {
            final float[] values = CudaParityTest.inputs(random, dimension, extremes, 2f);
            for (int i = 0; i < dimension; i++) {
                rows.set(r, i, values[i]);
            }
        }
        return rows;
    }

    private DenseLayer layer(final int inputs, final int outputs, final boolean extremes) {
        final DenseLayer layer = DenseLayer.allocate(arena, inputs, outputs);
        for (int d = 0; d <= inputs; d++) {
            final float[] values = CudaParityTest.inputs(random, outputs, extremes, 2f);
            for (int c = 0; c < outputs; c++) {
                layer.weight(d, c, values[c]);
            }
        }
        return layer;
    }

    private static void same(final String what, final FloatRows expected, final FloatRows actual, final int count) {
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < expected.dimension(); i++) {
                assertThat(Float.floatToIntBits(actual.get(r, i)))
                        .as("%s[%s][%s]: %s and %s", what, r, i, expected.get(r, i), actual.get(r, i))
                        .isEqualTo(Float.floatToIntBits(expected.get(r, i)));
            }
        }
    }

    @Test
    void denseLayersOfAllSizes() {
        final int[][] shapes = {
            {1, 1, 1}, {1, 256, 33}, {3, 7, 150}, {8, 5, 64}, {9, 9, 65}, {130, 9, 5}, {5, 40, 131}, {129, 17, 130}
        };
        for (final int[] shape : shapes) {
            for (final boolean extremes : new boolean[] {false, true}) {
                final String what = shape[0] + " x " + shape[1] + " x " + shape[2];
                final DenseLayer layer = layer(shape[1], shape[2], extremes);
                final FloatRows x = rows(shape[0], shape[1], extremes);
                final FloatRows expected = FloatRows.allocate(arena, shape[0], shape[2]);
                final FloatRows actual = FloatRows.allocate(arena, shape[0], shape[2]);
                cuda.reside(layer);
                reference.denseScores(layer, x, shape[0], expected);
                cuda.denseScores(layer, x, shape[0], actual);
                same("scores of " + what, expected, actual, shape[0]);
                reference.denseSoftmax(layer, x, shape[0], expected);
                cuda.denseSoftmax(layer, x, shape[0], actual);
                same("probabilities of " + what, expected, actual, shape[0]);
                cuda.leave(layer);
            }
        }
        assertThat(cuda.onDevice()).isEqualTo(4L * shapes.length);
        assertThat(driver.calls("cuGraphLaunch")).isEqualTo(4L * shapes.length);
    }

    @Test
    void aGraphServesItsBucketAndAMovedLayerIsSentAgain() {
        final DenseLayer layer = layer(12, 20, false);
        final FloatRows x = rows(16, 12, false);
        final FloatRows gradients = rows(16, 20, false);
        final FloatRows expected = FloatRows.allocate(arena, 16, 20);
        final FloatRows actual = FloatRows.allocate(arena, 16, 20);
        cuda.reside(layer);
        for (int i = 0; i < 12; i++) {
            final int count = 9 + i % 8; // one bucket, up to 16
            cuda.adaGrad(layer, x, gradients, count, 0.1f, 1e-4f);
            layer.weight(3, 3, i);
            cuda.changed(layer);
            reference.denseScores(layer, x, count, expected);
            cuda.denseScores(layer, x, count, actual);
            same("step " + i, expected, actual, count);
        }
        assertThat(driver.calls("cuGraphInstantiateWithFlags")).isEqualTo(1);
    }

    @Test
    void theBestOfManyRowsTiesByRowNumber() {
        final int[][] shapes = {{1, 1, 1}, {5, 16, 10}, {700, 33, 10}, {1300, 64, 128}, {600, 3, 7}, {256, 17, 1}};
        for (final int[] shape : shapes) {
            final int dimension = shape[1];
            final FloatRows rows = rows(shape[0], dimension, shape[0] == 600);
            for (int r = 3; r < shape[0]; r += 3) {
                for (int i = 0; i < dimension; i++) {
                    rows.set(r, i, shape[0] % 2 == 0 ? rows.get(0, i) : 0f); // many that are equal
                }
            }
            final float[] query = CudaParityTest.inputs(random, dimension, shape[0] == 600, 1f);
            cuda.reside(rows);
            best(rows, shape[0], query, shape[2]);
            if (shape[0] > 2) {
                rows.set(1, 0, 77f);
                cuda.changed(rows, 1, 1);
                best(rows, shape[0] - 1, query, shape[2]);
                cuda.decayAdd(rows, new int[] {2}, new float[] {0.5f}, rows(1, dimension, false), 1);
                best(rows, shape[0], query, shape[2]);
            }
        }
        assertThat(cuda.onDevice()).isEqualTo(2 * (3 * 5 + 1));
    }

    private void best(final FloatRows rows, final int count, final float[] query, final int k) {
        for (final boolean cosine : new boolean[] {false, true}) {
            final TopK expected = new TopK(k);
            final TopK actual = new TopK(k);
            if (cosine) {
                reference.topKCosine(rows, count, query, expected);
                cuda.topKCosine(rows, count, query, actual);
            } else {
                reference.topK(rows, count, query, expected);
                cuda.topK(rows, count, query, actual);
            }
            final String what = count + " rows, cosine " + cosine + ", place ";
            assertThat(actual.size()).as(what).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.row(i)).as(what + i).isEqualTo(expected.row(i));
                assertThat(Float.floatToIntBits(actual.score(i)))
                        .as(what + i)
                        .isEqualTo(Float.floatToIntBits(expected.score(i)));
            }
        }
    }

    @Test
    void whatIsNotResidentIsTheProcessors() {
        final FloatRows rows = rows(40, 8, false);
        best(rows, 40, new float[8], 3);
        cuda.reside(rows);
        cuda.leave(rows);
        best(rows, 40, new float[8], 3);
        assertThat(cuda.onDevice()).isZero();
    }

    @Test
    void aCallThatFailsIsDoneAgainByTheProcessor() throws IOException {
        for (final String call : new String[] {"cuLaunchKernel", "cuMemcpyHtoDAsync_v2", "cuStreamSynchronize"}) {
            for (int n = 1; n <= 4; n++) {
                close(kernels);
                open("devices=1 " + call + "#" + n + "=999");
                final FloatRows rows = rows(300, 8, false);
                cuda.reside(rows);
                for (int i = 0; i < 3; i++) {
                    best(rows, 300, CudaParityTest.inputs(random, 8, false, 1f), 3);
                }
                assertThat(cuda.redone()).as(call + n).isEqualTo(1);
            }
        }
    }

    private static void close(final CudaKernels kernels) {
        kernels.close();
    }

    @Test
    void rowsThatAreMoreThanTheDeviceHoldsAreRefused() throws IOException {
        close(kernels);
        open("devices=1 memory_mib=24");
        final FloatRows rows = FloatRows.allocate(arena, 500_000, 16);
        assertThatThrownBy(() -> cuda.reside(rows))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a device buffer of 32000000 bytes")
                .hasMessageContaining("Tagma test device 0 has 25165824 bytes");
    }

    @Test
    void aStepOfALayerForABatch() {
        final CudaGpu gpu = CudaGpu.open(driver.library());
        try (gpu) {
            final CudaStream stream = gpu.context().stream();
            for (final int[] shape : new int[][] {{1, 1, 1}, {3, 7, 70}, {5, 20, 129}}) {
                final DenseLayer layer = layer(shape[1], shape[2], false);
                final FloatRows x = rows(shape[0], shape[1], false);
                final FloatRows gradients = rows(shape[0], shape[2], false);
                final long bytes = 2 * layer.half();
                final long xBytes = 4L * x.stride() * shape[0];
                final long gradientBytes = 4L * gradients.stride() * shape[0];
                try (PinnedBuffer host = gpu.context().pinnedBuffer(1 << 20);
                        DeviceBuffer weights = gpu.context().deviceBuffer(bytes);
                        DeviceBuffer input = gpu.context().deviceBuffer(xBytes);
                        DeviceBuffer slopes = gpu.context().deviceBuffer(gradientBytes)) {
                    send(stream, host, layer.panel(0), bytes, weights);
                    send(stream, host, x.address(0), xBytes, input);
                    send(stream, host, gradients.address(0), gradientBytes, slopes);
                    final LaunchArguments arguments = new LaunchArguments(gpu.function("tagma_dense_adagrad"))
                            .put(0, weights)
                            .put(1, layer.half() / 4)
                            .put(2, layer.stride())
                            .put(3, input)
                            .put(4, x.stride())
                            .put(5, slopes)
                            .put(6, gradients.stride())
                            .put(7, shape[0])
                            .put(8, shape[1])
                            .put(9, 0.3f)
                            .put(10, 1e-4f);
                    stream.launch(arguments, (layer.stride() + 31) / 32, shape[1] + 1, 32);
                    stream.copy(weights, 0, host, 0, bytes);
                    stream.synchronize();
                    reference.adaGrad(layer, x, gradients, shape[0], 0.3f, 1e-4f);
                    assertThat(host.segment().asSlice(0, bytes).mismatch(memory(layer.panel(0), bytes)))
                            .as("the first byte that differs, of " + bytes)
                            .isEqualTo(-1);
                }
            }
        }
    }

    private static void send(
            final CudaStream stream,
            final PinnedBuffer host,
            final long from,
            final long bytes,
            final DeviceBuffer to) {
        MemorySegment.copy(memory(from, bytes), 0, host.segment(), 0, bytes);
        stream.copy(host, 0, to, 0, bytes);
        stream.synchronize();
    }

    @SuppressWarnings("restricted")
    private static MemorySegment memory(final long address, final long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
