package io.tagma.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.cuda.CudaContext;
import io.tagma.cuda.CudaStream;
import io.tagma.cuda.DeviceBuffer;
import io.tagma.cuda.LaunchArguments;
import io.tagma.cuda.PinnedBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CUDA kernels themselves against the scalar reference, to the last bit, run on the processor by the test-only driver. */
class CudaParityTest {
    private static final int BYTES = 2 << 20;
    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        -1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        Float.MIN_NORMAL,
        1e-20f,
        1e20f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN,
        88.72f,
        88.73f,
        -87.4f,
        -103.9f,
        -104f
    };

    @TempDir
    private static Path folder;

    private final ScalarKernels reference = new ScalarKernels();
    private final SplittableRandom random = new SplittableRandom(99);
    private CudaStandIn driver;
    private CudaGpu gpu;
    private CudaStream stream;
    private PinnedBuffer host;

    @BeforeEach
    void open() throws IOException {
        driver = CudaStandIn.in(folder).configure("devices=1");
        gpu = CudaGpu.open(driver.library());
        stream = gpu.context().stream();
        host = gpu.context().pinnedBuffer(BYTES);
    }

    @AfterEach
    void close() {
        if (gpu != null) {
            gpu.close();
            assertThat(driver.live("all")).isZero();
            assertThat(driver.misuses()).isZero();
        }
    }

    /** Every other array is full of extremes, the others hold ordinary numbers. */
    static float[] inputs(final SplittableRandom random, final int n, final boolean extremes, final float scale) {
        final float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = extremes && random.nextInt(4) == 0
                    ? EXTREMES[random.nextInt(EXTREMES.length)]
                    : (float) ((random.nextDouble() * 2 - 1) * scale);
        }
        return values;
    }

    private float[] inputs(final int n, final boolean extremes, final float scale) {
        return inputs(random, n, extremes, scale);
    }

    private DeviceBuffer send(final float[] values) {
        final CudaContext context = gpu.context();
        final DeviceBuffer buffer = context.deviceBuffer(Math.max(4, 4L * values.length));
        MemorySegment.copy(values, 0, host.segment(), JAVA_FLOAT, 0, values.length);
        stream.copy(host, 0, buffer, 0, 4L * values.length);
        stream.synchronize();
        return buffer;
    }

    private DeviceBuffer send(final int[] values) {
        final DeviceBuffer buffer = gpu.context().deviceBuffer(4L * values.length);
        MemorySegment.copy(values, 0, host.segment(), JAVA_INT, 0, values.length);
        stream.copy(host, 0, buffer, 0, 4L * values.length);
        stream.synchronize();
        return buffer;
    }

    private float[] receive(final DeviceBuffer buffer, final int n) {
        stream.copy(buffer, 0, host, 0, 4L * n);
        stream.synchronize();
        return host.segment().asSlice(0, 4L * n).toArray(JAVA_FLOAT);
    }

    private LaunchArguments arguments(final String kernel) {
        return new LaunchArguments(gpu.function(kernel));
    }

    private static void same(final String what, final float[] expected, final float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.floatToIntBits(actual[i]))
                    .as("%s[%s of %s]: %s and %s", what, i, expected.length, expected[i], actual[i])
                    .isEqualTo(Float.floatToIntBits(expected[i]));
        }
    }

    @Test
    void elementwise() {
        for (int round = 0; round < 24; round++) {
            final float[] x = inputs(1 + random.nextInt(400), round % 2 == 0, 90f);
            for (final String name : new String[] {"exp", "log", "sigmoid"}) {
                final float[] expected = x.clone();
                switch (name) {
                    case "exp" -> reference.exp(expected, x.length);
                    case "log" -> reference.log(expected, x.length);
                    default -> reference.sigmoid(expected, x.length);
                }
                try (DeviceBuffer buffer = send(x)) {
                    stream.launch(
                            arguments("tagma_" + name + "_of").put(0, buffer).put(1, x.length),
                            (x.length + 63) / 64,
                            1,
                            64);
                    same(name, expected, receive(buffer, x.length));
                }
            }
        }
    }

    @Test
    void everyMillionthFloatHasTheSameExponentialAndLogarithm() {
        final float[] x = new float[100_000];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(i * 42_949);
        }
        for (final boolean exp : new boolean[] {true, false}) {
            final float[] expected = x.clone();
            try (DeviceBuffer buffer = send(x)) {
                if (exp) {
                    reference.exp(expected, x.length);
                } else {
                    reference.log(expected, x.length);
                }
                stream.launch(
                        arguments(exp ? "tagma_exp_of" : "tagma_log_of")
                                .put(0, buffer)
                                .put(1, x.length),
                        391,
                        1,
                        256);
                same(exp ? "exp" : "log", expected, receive(buffer, x.length));
            }
        }
    }

    @Test
    void softmaxOfABatch() {
        for (final int n : new int[] {1, 2, 31, 150, 256, 257, 700}) {
            final int rows = 3;
            final float[] x = inputs(rows * n, n % 2 == 0, 30f);
            final float[] expected = new float[rows * n];
            for (int row = 0; row < rows; row++) {
                final float[] one = Arrays.copyOfRange(x, row * n, (row + 1) * n);
                reference.softmax(one, n);
                System.arraycopy(one, 0, expected, row * n, n);
            }
            try (DeviceBuffer buffer = send(x)) {
                stream.launch(
                        arguments("tagma_softmax").put(0, buffer).put(1, n).put(2, n), rows, 1, 256);
                same("softmax of " + n, expected, receive(buffer, rows * n));
            }
        }
    }

    @Test
    void adaGradOfABatch() {
        for (int round = 0; round < 12; round++) {
            final int n = 1 + random.nextInt(300);
            final float[] w = inputs(2 * n, false, 1f);
            final float[] g2 = inputs(2 * n, false, 1f);
            for (int i = 0; i < 2 * n; i++) {
                g2[i] = Math.abs(g2[i]) + 1e-4f;
            }
            final float[] x = inputs(2 * n, round % 2 == 0, 1f);
            final float[] gradients = {0.7f, -0.3f};
            try (DeviceBuffer weights = send(w);
                    DeviceBuffer sums = send(g2);
                    DeviceBuffer input = send(x);
                    DeviceBuffer slopes = send(gradients)) {
                stream.launch(
                        arguments("tagma_adagrad")
                                .put(0, weights)
                                .put(1, sums)
                                .put(2, input)
                                .put(3, slopes)
                                .put(4, n)
                                .put(5, n)
                                .put(6, 0.5f),
                        (n + 63) / 64,
                        2,
                        64);
                for (int b = 0; b < 2; b++) {
                    final float[] w1 = Arrays.copyOfRange(w, b * n, (b + 1) * n);
                    final float[] g1 = Arrays.copyOfRange(g2, b * n, (b + 1) * n);
                    reference.adaGrad(w1, g1, Arrays.copyOfRange(x, b * n, (b + 1) * n), n, gradients[b], 0.5f);
                    System.arraycopy(w1, 0, w, b * n, n);
                    System.arraycopy(g1, 0, g2, b * n, n);
                }
                same("weights", w, receive(weights, 2 * n));
                same("accumulators", g2, receive(sums, 2 * n));
            }
        }
    }

    @Test
    void rowsFadeAndGrow() {
        final int n = 37;
        final float[] rows = inputs(9 * n, true, 2f);
        final float[] increments = inputs(3 * n, true, 2f);
        final int[] list = {7, 0, 4};
        final float[] decays = {0.5f, 0.999f, 0f};
        try (DeviceBuffer table = send(rows);
                DeviceBuffer which = send(list);
                DeviceBuffer factors = send(decays);
                DeviceBuffer added = send(increments);
                DeviceBuffer moved = send(new float[3 * n])) {
            stream.launch(
                    arguments("tagma_decay_add")
                            .put(0, table)
                            .put(1, (long) n)
                            .put(2, which)
                            .put(3, factors)
                            .put(4, added)
                            .put(5, n)
                            .put(6, n)
                            .put(7, moved),
                    2,
                    3,
                    32);
            final float[] answered = new float[3 * n];
            for (int b = 0; b < 3; b++) {
                for (int d = 0; d < n; d++) {
                    rows[list[b] * n + d] = Math.fma(rows[list[b] * n + d], decays[b], increments[b * n + d]);
                    answered[b * n + d] = rows[list[b] * n + d];
                }
            }
            same("rows", rows, receive(table, rows.length));
            same("what moved", answered, receive(moved, answered.length));
        }
    }

    /** 16 chains in index order, then halves added to halves. */
    static float striped(final float[] rows, final int at, final float[] query) {
        final float[] chains = new float[16];
        for (int i = 0; i < query.length; i++) {
            chains[i % 16] = Math.fma(rows[at + i], query[i], chains[i % 16]);
        }
        for (int half = 8; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                chains[l] += chains[l + half];
            }
        }
        return chains[0];
    }

    @Test
    void stripedSums() {
        for (final int n : new int[] {1, 15, 16, 17, 100, 256}) {
            final int count = 21;
            final float[] rows = inputs(count * n, n % 2 == 0, 2f);
            final float[] query = inputs(n, n % 2 == 0, 2f);
            final float[] expected = new float[count];
            for (int row = 0; row < count; row++) {
                expected[row] = striped(rows, row * n, query);
            }
            try (DeviceBuffer table = send(rows);
                    DeviceBuffer asked = send(query);
                    DeviceBuffer out = send(new float[count])) {
                stream.launch(
                        arguments("tagma_striped_dots")
                                .put(0, table)
                                .put(1, (long) n)
                                .put(2, count)
                                .put(3, asked)
                                .put(4, n)
                                .put(5, out),
                        (count + 7) / 8,
                        1,
                        128);
                same("sums of " + n, expected, receive(out, count));
            }
        }
    }
}
