package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

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
            final float[] values = CudaParityTest.inputs(random, layer.stride(), extremes, 2f); // the padding too
            for (int c = 0; c < layer.stride(); c++) {
                layer.weight(d, c, values[c]);
            }
        }
        return layer;
    }

    private static void same(final String what, final FloatRows expected, final FloatRows actual, final int count) {
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < expected.stride(); i++) { // the padding too
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
        assertThat(cuda.onDevice())
                .isEqualTo(2 * (3 * 5 + 1) + 5); // two searches each time, and a decay where there is a row 2
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
        assertThat(cuda.reside(rows))
                .contains("a device buffer of 32000000 bytes")
                .contains("Tagma test device 0 has 25165824 bytes");
        best(rows, 10, new float[16], 3);
        assertThat(cuda.onDevice()).isZero();
    }

    private static void copy(final DenseLayer from, final DenseLayer to) {
        MemorySegment.copy(from.alive(), 0, to.alive(), 0, from.alive().byteSize());
    }

    private static void same(final String what, final DenseLayer expected, final DenseLayer actual) {
        for (int d = 0; d <= expected.inputs(); d++) {
            for (int c = 0; c < expected.stride(); c++) { // the padding too
                assertThat(Float.floatToIntBits(actual.weight(d, c)))
                        .as("%s: weight %s, %s", what, d, c)
                        .isEqualTo(Float.floatToIntBits(expected.weight(d, c)));
                assertThat(Float.floatToIntBits(actual.accumulator(d, c)))
                        .as("%s: accumulator %s, %s", what, d, c)
                        .isEqualTo(Float.floatToIntBits(expected.accumulator(d, c)));
            }
        }
    }

    /** Steps in a row, whoever wrote weights between them, and the scores behind each. */
    @Test
    void stepsOfALayerAreTheDevices() {
        final int[][] shapes = {{1, 1, 1}, {3, 7, 70}, {5, 20, 129}, {33, 64, 64}};
        for (final int[] shape : shapes) {
            final DenseLayer expected = layer(shape[1], shape[2], false);
            final DenseLayer actual = DenseLayer.allocate(arena, shape[1], shape[2]);
            copy(expected, actual);
            cuda.reside(actual);
            for (int step = 0; step < 6; step++) {
                final String what = shape[0] + " x " + shape[1] + " x " + shape[2] + ", step " + step;
                final FloatRows x = rows(shape[0], shape[1], step == 5);
                final FloatRows slopes = rows(shape[0], shape[2], step == 5);
                reference.adaGrad(expected, x, slopes, shape[0], 0.3f, 1e-4f);
                cuda.adaGrad(actual, x, slopes, shape[0], 0.3f, 1e-4f);
                same(what, expected, actual);
                if (step == 2) {
                    expected.weight(0, 0, 7f);
                    actual.weight(0, 0, 7f);
                    cuda.changed(actual);
                }
                final FloatRows out = FloatRows.allocate(arena, shape[0], shape[2]);
                final FloatRows out2 = FloatRows.allocate(arena, shape[0], shape[2]);
                reference.denseScores(expected, x, shape[0], out);
                cuda.denseScores(actual, x, shape[0], out2);
                same(what, out, out2, shape[0]);
            }
            cuda.leave(actual);
        }
        assertThat(cuda.onDevice()).isEqualTo(12L * shapes.length);
        assertThat(cuda.redone()).isZero();
    }

    @Test
    void aBatchThatDoesNotFitIsTheProcessors() {
        final DenseLayer layer = layer(3000, 16, false);
        cuda.reside(layer);
        final FloatRows x = FloatRows.allocate(arena, 700, 3000);
        cuda.adaGrad(layer, x, FloatRows.allocate(arena, 700, 16), 700, 0.1f, 1e-4f);
        assertThat(cuda.onDevice()).isZero();
    }

    /** More rows than one launch takes, in an order of their own, and the search behind them. */
    @Test
    void decaysOfRowsAreTheDevices() {
        for (final int[] shape : new int[][] {{1, 1}, {90, 33}, {70_000, 2}}) {
            final FloatRows expected = rows(shape[0], shape[1], shape[0] == 90);
            expected.set(0, expected.stride() - 1, 3f); // padding, which stays as it is
            final FloatRows actual = FloatRows.allocate(arena, shape[0], shape[1]);
            MemorySegment.copy(
                    expected.alive(), 0, actual.alive(), 0, expected.alive().byteSize());
            cuda.reside(actual);
            final int count = shape[0] - shape[0] / 50;
            final int[] at = new int[count];
            final float[] decay = new float[count];
            for (int j = 0; j < count; j++) {
                at[j] = shape[0] - 1 - j;
                decay[j] = j % 7 * 0.25f;
            }
            final FloatRows more = rows(count, shape[1], false);
            for (int i = 0; i < 2; i++) {
                reference.decayAdd(expected, at, decay, more, count);
                cuda.decayAdd(actual, at, decay, more, count);
                same(shape[0] + " x " + shape[1], expected, actual, shape[0]);
            }
            best(actual, Math.min(shape[0], 300), CudaParityTest.inputs(random, shape[1], false, 1f), 5);
            cuda.leave(actual);
        }
        assertThat(cuda.onDevice()).isEqualTo(3 * (2 + 2));
    }

    /** The second of two launches fails: what the first one did stays done, the rest is the processor's. */
    @Test
    void aDecayThatFailsHalfWayIsFinishedByTheProcessor() throws IOException {
        close(kernels);
        open("devices=1 cuLaunchKernel#2=999");
        final int count = 66_000;
        final FloatRows expected = rows(count, 1, false);
        final FloatRows actual = FloatRows.allocate(arena, count, 1);
        MemorySegment.copy(
                expected.alive(), 0, actual.alive(), 0, expected.alive().byteSize());
        cuda.reside(actual);
        final int[] at = new int[count];
        final float[] decay = new float[count];
        for (int j = 0; j < count; j++) {
            at[j] = count - 1 - j;
            decay[j] = 0.5f;
        }
        final FloatRows more = rows(count, 1, false);
        for (int i = 0; i < 2; i++) {
            reference.decayAdd(expected, at, decay, more, count);
            cuda.decayAdd(actual, at, decay, more, count);
            for (int r = 0; r < count; r += i == 0 ? 1 : 500) {
                assertThat(actual.get(r, 0)).as("row %s", r).isEqualTo(expected.get(r, 0));
            }
        }
        assertThat(cuda.redone()).isEqualTo(1);
        assertThat(cuda.onDevice()).isEqualTo(1);
    }

    /** What the processor moves, since it is too little for the device, the device has all the same when it is next asked. */
    @Test
    void theDeviceLearnsOfWhatTheProcessorMoved() {
        kernels.from(500);
        final FloatRows rows = rows(300, 8, false);
        final DenseLayer layer = layer(9, 20, false);
        final FloatRows x = rows(5, 9, false);
        cuda.reside(rows);
        cuda.reside(layer);
        for (int i = 0; i < 3; i++) {
            cuda.decayAdd(rows, new int[] {i, 7 + i}, new float[] {0.5f, 0f}, rows(2, 8, false), 2);
            cuda.adaGrad(layer, x, rows(1, 20, false), 1, 0.3f, 1e-4f);
            assertThat(cuda.onDevice()).isEqualTo(3L * i);
            best(rows, 300, CudaParityTest.inputs(random, 8, false, 1f), 9);
            final FloatRows expected = FloatRows.allocate(arena, 5, 20);
            final FloatRows actual = FloatRows.allocate(arena, 5, 20);
            reference.denseScores(layer, x, 5, expected);
            cuda.denseScores(layer, x, 5, actual);
            same("scores " + i, expected, actual, 5);
        }
        assertThat(cuda.onDevice()).isEqualTo(9);
    }

    /** Of many rows only those that were written cross the bus: in one launch, where they lie apart. */
    @Test
    void whatWasWrittenIsSentInBatches() {
        final FloatRows rows = rows(5000, 20, false);
        cuda.reside(rows);
        final float[] query = CudaParityTest.inputs(random, 20, false, 1f);
        best(rows, 5000, query, 8);
        final long copies = driver.calls("cuMemcpyHtoDAsync_v2");
        final long launches = driver.calls("cuLaunchKernel");
        for (int i = 0; i < 300; i++) {
            final int row = i * 16 + random.nextInt(16);
            rows.set(row, random.nextInt(20), 9f + i);
            cuda.changed(rows, row, 1);
        }
        cuda.changed(rows, 100, 200); // a run, which is copied as it lies
        best(rows, 5000, query, 8);
        // The query of either search and the run; two kernels of either search and the one that spreads the rows.
        assertThat(driver.calls("cuMemcpyHtoDAsync_v2") - copies).isEqualTo(3);
        assertThat(driver.calls("cuLaunchKernel") - launches).isEqualTo(5);
    }

    /** Steps, decays, searches and scores with each of the driver's calls failing in turn: the same bits, nothing lost, nothing left. */
    @Test
    void eachCallMayFailOnce() throws IOException {
        close(kernels);
        final String[] calls = {
            "cuMemcpyHtoDAsync_v2",
            "cuMemcpyDtoHAsync_v2",
            "cuLaunchKernel",
            "cuStreamSynchronize",
            "cuGraphLaunch",
            "cuMemAlloc_v2",
            "cuMemHostAlloc",
            "cuStreamCreate",
            "cuStreamBeginCapture_v2",
            "cuGraphInstantiateWithFlags"
        };
        open("devices=1");
        everything();
        final long[] counts = new long[calls.length];
        for (int i = 0; i < calls.length; i++) {
            counts[i] = driver.calls(calls[i]);
        }
        int injected = 0;
        for (int i = 0; i < calls.length; i++) {
            for (long n = 1; n <= Math.min(counts[i], 5); n++) {
                close(kernels);
                assertThat(driver.live("all")).isZero();
                open("devices=1 " + calls[i] + "#" + n + "=999");
                try {
                    everything();
                } catch (final AssertionError different) {
                    throw new AssertionError(calls[i] + " number " + n, different);
                }
                injected++;
            }
        }
        assertThat(injected).isGreaterThan(35); // of up to 50
    }

    private void everything() {
        final DenseLayer expected = layer(9, 20, false);
        final DenseLayer actual = DenseLayer.allocate(arena, 9, 20);
        copy(expected, actual);
        final FloatRows rows = rows(300, 9, false);
        final FloatRows moved = FloatRows.allocate(arena, 300, 9);
        MemorySegment.copy(rows.alive(), 0, moved.alive(), 0, rows.alive().byteSize());
        cuda.reside(actual);
        cuda.reside(moved);
        for (int i = 0; i < 4; i++) {
            final FloatRows x = rows(5, 9, false);
            final FloatRows slopes = rows(5, 20, false);
            reference.adaGrad(expected, x, slopes, 5, 0.3f, 1e-4f);
            cuda.adaGrad(actual, x, slopes, 5, 0.3f, 1e-4f);
            same("step " + i, expected, actual);
            final FloatRows out = FloatRows.allocate(arena, 5, 20);
            final FloatRows out2 = FloatRows.allocate(arena, 5, 20);
            reference.denseSoftmax(expected, x, 5, out);
            cuda.denseSoftmax(actual, x, 5, out2);
            same("probabilities " + i, out, out2, 5);
            final int[] at = {i, 299, 150 + i};
            final float[] decay = {0.5f, 0.25f, 0f};
            reference.decayAdd(rows, at, decay, x, 3);
            cuda.decayAdd(moved, at, decay, x, 3);
            same("decay " + i, rows, moved, 300);
            rows.set(i, 2, i);
            moved.set(i, 2, i);
            cuda.changed(moved, i, 1);
            best(moved, 300, CudaParityTest.inputs(random, 9, false, 1f), 4);
        }
    }
}
