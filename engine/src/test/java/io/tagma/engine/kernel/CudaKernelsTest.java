package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernels on a GPU that is the processor, by way of the test-only driver: same bits, nothing lost, nothing left behind. */
class CudaKernelsTest {
    private static final int UNKNOWN = 999;
    private static final int LAUNCH_FAILED = 719;
    private static final int ROWS = 40;

    @TempDir
    private static Path folder;

    private final ScalarKernels reference = new ScalarKernels();
    private final SplittableRandom random = new SplittableRandom(4711);
    private CudaStandIn driver;

    @BeforeEach
    void freshDriver() throws IOException {
        driver = CudaStandIn.in(folder).configure("devices=1");
    }

    private CudaKernels open() {
        return new CudaKernels(CudaGpu.open(driver.library()), reference, 1);
    }

    /** Two tables that go the same way, one by the reference and one by the device. */
    private final class Pair {
        private final WeightTable expected;
        private final WeightTable actual;

        Pair(final int outputs, final int rows) {
            expected = new WeightTable(outputs, 5000);
            actual = new WeightTable(outputs, 5000);
            addRows(rows);
        }

        void addRows(final int rows) {
            for (int i = 0; i < rows; i++) {
                expected.addRow();
                actual.addRow();
            }
        }

        /** A step and the scores behind it, which must be the same bits, as must the whole table. */
        void step(final Kernels kernels, final boolean extremes) {
            final int active = 1 + random.nextInt(Math.min(ROWS, expected.rows()));
            final int[] rows =
                    random.ints(0, expected.rows()).distinct().limit(active).toArray();
            final float[] values = floats(active, extremes);
            final float[] gradient = floats(expected.stride(), extremes);
            for (int c = 0; c < gradient.length; c++) {
                gradient[c] = c < expected.outputs() && random.nextInt(3) > 0 ? gradient[c] : 0f;
            }
            reference.sparseAdaGrad(expected, rows, values, active, gradient, 0.4f, 1e-4f);
            kernels.sparseAdaGrad(actual, rows, values, active, gradient, 0.4f, 1e-4f);
            final float[] a = new float[expected.stride()];
            final float[] b = new float[expected.stride()];
            reference.sparseScores(expected, rows, values, active, a);
            kernels.sparseScores(actual, rows, values, active, b);
            same("scores", a, b);
            for (final int row : rows) {
                for (int i = 0; i < expected.rowLength(); i++) {
                    assertThat(Float.floatToIntBits(actual.weight(row, i)))
                            .as("row %s, float %s", row, i)
                            .isEqualTo(Float.floatToIntBits(expected.weight(row, i)));
                }
            }
        }
    }

    private float[] floats(final int n, final boolean extremes) {
        return CudaParityTest.inputs(random, n, extremes, 1.5f);
    }

    private static void same(final String what, final float[] expected, final float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            // floatToIntBits: one NaN is as good as another, 0 and -0 are not.
            assertThat(Float.floatToIntBits(actual[i]))
                    .as("%s[%s]: %s and %s", what, i, expected[i], actual[i])
                    .isEqualTo(Float.floatToIntBits(expected[i]));
        }
    }

    @Test
    void stepsAndScoresAreTheReferencesToTheLastBit() {
        try (CudaKernels cuda = open()) {
            int calls = 0;
            for (final int outputs : new int[] {1, 7, 16, 17, 150, 161}) {
                final Pair pair = new Pair(outputs, ROWS);
                for (int i = 0; i < 40; i++) {
                    // Extremes only at the end: they would turn every later round into NaN.
                    pair.step(cuda, i > 36);
                    calls += 2;
                }
            }
            // A gradient of zeros is nobody's work, so a step now and then is the processor's.
            assertThat(cuda.onDevice()).isGreaterThan(calls * 9L / 10);
            assertThat(cuda.redone()).isZero();
        }
        assertThat(driver.live("all")).isZero();
        assertThat(driver.misuses()).isZero();
    }

    @Test
    void aTableThatGrowsOrIsMovedByTheProcessorIsStillTheSame() {
        try (CudaKernels cuda = open();
                CudaKernels mixed = new CudaKernels(CudaGpu.open(driver.library()), reference, 16 * 20)) {
            final Pair pair = new Pair(16, ROWS);
            for (int i = 0; i < 30; i++) {
                pair.step(cuda, false);
                pair.step(mixed, false); // now and then on the processor, and on a copy of its own
                pair.addRows(i % 10 == 9 ? 1500 : 1);
            }
            assertThat(mixed.onProcessor()).isPositive();
            assertThat(mixed.onDevice()).isPositive();
        }
        assertThat(driver.live("all")).isZero();
    }

    @Test
    void aTableThatWasLoadedIsSentAgain() {
        try (CudaKernels cuda = open()) {
            final Pair pair = new Pair(16, ROWS);
            pair.step(cuda, false);
            for (final WeightTable table : List.of(pair.expected, pair.actual)) {
                for (int row = 0; row < ROWS; row++) {
                    org.agrona.UnsafeApi.putFloat(table.address(row), row * 0.25f);
                }
                table.reloaded();
            }
            for (int i = 0; i < 5; i++) {
                pair.step(cuda, false);
            }
            assertThat(cuda.redone()).isZero();
        }
    }

    @Test
    void eachCallMayFailOnceAndNothingIsLostOrLeftBehind() throws IOException {
        final List<String> calls = calls();
        scenario("devices=1");
        final long[] counts = calls.stream().mapToLong(driver::calls).toArray();
        int injected = 0;
        for (int i = 0; i < counts.length; i++) {
            for (long n = 1; n <= Math.min(counts[i], 12); n++) {
                scenario("devices=1 " + calls.get(i) + "#" + n + "=" + UNKNOWN);
                injected++;
            }
        }
        // Every call that the provider makes at all, the error texts aside.
        assertThat(injected).isGreaterThan(60);
    }

    private void scenario(final String specification) {
        driver.configure(specification);
        final CudaKernels cuda;
        try {
            cuda = open();
        } catch (final IllegalArgumentException refused) {
            assertThat(refused).as(specification).hasMessageContaining("999 CUDA_ERROR_UNKNOWN: unknown error");
            assertThat(driver.live("all")).as(specification).isZero();
            return;
        }
        try {
            final Pair pair = new Pair(17, ROWS);
            for (int i = 0; i < 6; i++) {
                pair.step(cuda, false);
                pair.addRows(i == 3 ? 1200 : 0);
            }
        } catch (final AssertionError different) {
            throw new AssertionError(specification, different);
        } finally {
            try {
                cuda.close();
            } catch (final io.tagma.cuda.CudaException refused) {
                assertThat(specification).contains(refused.error().call());
            }
        }
        assertThat(driver.live("all")).as(specification).isZero();
    }

    /** Names of the driver's calls, those for the texts of errors aside. */
    static List<String> calls() throws IOException {
        final Path header = Path.of(System.getProperty("tagma.root", ".."), "native/include/tagma_cuda.h");
        return Pattern.compile("^CUresult (cu\\w+)\\(", Pattern.MULTILINE)
                .matcher(Files.readString(header))
                .results()
                .map((MatchResult match) -> match.group(1))
                .filter(call -> !call.startsWith("cuGetError"))
                .toList();
    }

    @Test
    void anErrorThatStaysRetiresTheDeviceAndTheProcessorGoesOn() {
        driver.configure("devices=1 cuStreamSynchronize#9=" + LAUNCH_FAILED);
        try (CudaKernels cuda = open()) {
            final Pair pair = new Pair(33, ROWS);
            for (int i = 0; i < 12; i++) {
                pair.step(cuda, false);
            }
            assertThat(cuda.redone()).isEqualTo(1);
            assertThat(cuda.onProcessor()).isPositive();
            assertThat(cuda.givenUp()).contains("cuStreamSynchronize", "719 CUDA_ERROR_LAUNCH_FAILED");
        }
        assertThat(driver.live("all")).isZero();

        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("retired in this process")
                .hasMessageContaining("719 CUDA_ERROR_LAUNCH_FAILED")
                .hasMessageContaining("scalar decide the same");
    }

    @Test
    void aDeviceThatFailsAgainAndAgainIsGivenUp() {
        driver.configure("devices=1 cuGraphLaunch=" + UNKNOWN);
        try (CudaKernels cuda = open()) {
            final Pair pair = new Pair(33, ROWS);
            for (int i = 0; i < 20; i++) {
                pair.step(cuda, false);
            }
            assertThat(cuda.redone()).isEqualTo(8);
            assertThat(cuda.givenUp()).contains("cuGraphLaunch");
        }
    }

    @Test
    void aTableLargerThanTheDevicesMemoryIsTheProcessors() {
        driver.configure("devices=1 memory_mib=6");
        try (CudaKernels cuda = open()) {
            final Pair pair = new Pair(1600, ROWS);
            pair.step(cuda, false);
            assertThat(cuda.onDevice()).isZero();
            assertThat(cuda.redone() + cuda.onProcessor()).isEqualTo(2);
        }
        assertThat(driver.live("all")).isZero();
    }

    @Test
    void callsThatAreNotWorthItStayOnTheProcessor() {
        try (CudaKernels cuda = new CudaKernels(CudaGpu.open(driver.library()), reference, 1 << 16)) {
            new Pair(16, ROWS).step(cuda, false);
            assertThat(cuda.onDevice()).isZero();
            assertThat(cuda.onProcessor()).isEqualTo(2);
        }
        assertThat(driver.calls("cuLaunchKernel")).isZero();
    }

    @Test
    void whereThereIsNoDeviceTheReasonIsSaid() {
        driver.configure("devices=0");
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NO_DEVICE")
                .hasMessageContaining("CUDA_VISIBLE_DEVICES")
                .hasMessageContaining("auto, vector and scalar decide the same");
    }

    @Test
    void anOldDriverIsToldFromTheImage() {
        driver.configure("devices=1 version=10020");
        assertThatThrownBy(this::open)
                .hasMessageContaining("222 CUDA_ERROR_UNSUPPORTED_PTX_VERSION")
                .hasMessageContaining("PTX 7.0 for sm_75")
                .hasMessageContaining("the driver speaks CUDA 10.2");
        assertThat(driver.live("all")).isZero();
    }
}
