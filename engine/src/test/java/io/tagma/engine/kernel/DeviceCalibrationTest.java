package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.kernel.KernelsProvider.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which calls go to a GPU, as measured with a clock that says what a test wants; the GPU is the processor, by the test-only driver. */
class DeviceCalibrationTest {
    private static final int SIZES = 2;
    private static final long BUDGET_NS = 150_000_000; // by the clock below, two rounds of a GPU's kernels

    @TempDir
    private Path folder;

    private CudaStandIn driver;
    private String lookedFor;
    private boolean gpuIsFaster;
    private long now;
    private long launches;

    @BeforeEach
    void open() throws IOException {
        driver = CudaStandIn.in(folder).configure("devices=1").use();
        lookedFor = System.setProperty(KernelCalibration.GPU_PROPERTY, "true");
    }

    @AfterEach
    void forget() {
        CudaStandIn.forget();
        System.clearProperty(KernelCalibration.GPU_PROPERTY);
        if (lookedFor != null) {
            System.setProperty(KernelCalibration.GPU_PROPERTY, lookedFor);
        }
    }

    /** A look is 2 ms later than the last one; 1 ms where the GPU was used in between, if it is to be faster; or else 3. */
    private final NanoClock clock = () -> {
        final long used = driver.calls("cuLaunchKernel") + driver.calls("cuGraphLaunch");
        now += used == launches ? 2_000_000 : gpuIsFaster ? 1_000_000 : 3_000_000;
        launches = used;
        return now;
    };

    private Selection choose(final String name) {
        return new KernelCalibration(clock, BUDGET_NS, SIZES).choose(name, () -> folder.resolve("kernels"));
    }

    @Test
    void aGpuThatIsFasterIsAskedByEachKernelFromItsSizeOn() throws IOException {
        gpuIsFaster = true;
        try (Selection chosen = choose("auto")) {
            assertThat(chosen.kernels()).isInstanceOf(CudaKernels.class);
            assertThat(chosen.fallback()).isFalse();
            assertThat(chosen.reason())
                    .contains("CUDA kernels on Tagma test device 0", "there was no calibration", "8 of 8 always cuda")
                    .contains("the rest by vector kernels");
            assertThat(chosen.kernels().calibration()).hasSize(8).allMatch(line -> line.contains("cuda always"));
            final long before = driver.calls("cuLaunchKernel");
            final CudaKernels cuda = (CudaKernels) chosen.kernels();
            assertThat(KernelsSelfCheck.firstDifference(cuda)).isEmpty();
            assertThat(driver.calls("cuLaunchKernel")).isGreaterThan(before);
        }
        assertThat(driver.live("all")).isZero();
        final String kept = Files.readString(folder.resolve("kernels"));
        assertThat(kept).contains("vector cuda", "Tagma test device 0");

        final long measured = now;
        try (Selection again = choose("cuda")) {
            assertThat(again.reason()).contains("as kept in kernels");
            assertThat(again.requested()).isEqualTo("cuda");
        }
        assertThat(now).as("nothing was measured").isEqualTo(measured);
        assertThat(driver.live("all")).isZero();
    }

    @Test
    void aGpuThatIsSlowerIsGivenBackUnlessItWasAskedFor() {
        try (Selection chosen = choose("auto")) {
            assertThat(chosen.kernels().name()).isEqualTo("vector");
            assertThat(chosen.fallback()).isFalse();
            assertThat(chosen.reason()).contains("Tagma test device 0", "slower at every size");
            assertThat(driver.live("all")).isZero();
        }
        try (Selection chosen = choose("cuda")) {
            assertThat(chosen.kernels().name()).isEqualTo("cuda");
            assertThat(chosen.reason()).contains("8 always vector");
            final long before = driver.calls("cuLaunchKernel") + driver.calls("cuGraphLaunch");
            assertThat(KernelsSelfCheck.firstDifference(chosen.kernels())).isEmpty();
            assertThat(driver.calls("cuLaunchKernel") + driver.calls("cuGraphLaunch"))
                    .isEqualTo(before);
        }
    }

    /** Both pairs, and then each from the file. */
    @Test
    void measuredChoosesAmongThree() throws IOException {
        gpuIsFaster = true;
        try (Selection chosen = choose("measured")) {
            assertThat(chosen.kernels().calibration())
                    .hasSize(CalibrationCase.names().size() + DeviceCase.names().size());
        }
        assertThat(Calibration.parseAll(Files.readString(folder.resolve("kernels"))))
                .hasSize(2);
        assertThat(KernelCalibration.kept(folder))
                .hasSize(CalibrationCase.names().size() + DeviceCase.names().size());
        final long measured = now;
        choose("measured").close();
        assertThat(now).isEqualTo(measured);
        assertThat(driver.live("all")).isZero();
    }

    @Test
    void aGpuThatFailsWhileItIsMeasuredIsNotUsed() throws IOException {
        Files.createFile(folder.resolve("kernels"));
        for (final String fault : List.of("cuGraphLaunch#7=999", "cuStreamSynchronize#25=719")) {
            driver.configure("devices=1 " + fault);
            launches = 0;
            try (Selection chosen = choose("cuda")) {
                assertThat(chosen.kernels().name()).as(fault).isEqualTo("vector");
                assertThat(chosen.fallback()).isTrue();
                assertThat(chosen.reason()).contains("failed while it was measured");
            }
            assertThat(driver.live("all")).isZero();
            // Its times were those of the processor, which stood in.
            assertThat(Files.readString(folder.resolve("kernels"))).isEmpty();
        }
    }

    @Test
    void whoWantsNoGpuOrAFixedSizeHasNothingMeasured() {
        System.setProperty(KernelCalibration.GPU_PROPERTY, "false");
        assertThat(choose("auto").kernels().name()).isEqualTo("vector");
        System.setProperty(CudaKernels.MINIMUM_WORK_PROPERTY, "77");
        try (Selection chosen = choose("cuda")) {
            assertThat(chosen.reason()).contains("from 77 multiply-adds a call on");
            assertThat(chosen.kernels().calibration()).isEmpty();
        }
        assertThat(folder.resolve("kernels")).doesNotExist();
    }

    @Test
    void withoutADriverAutoIsAsEverAndCudaSaysWhatIsMissing() {
        CudaStandIn.useNone();
        try (Selection chosen = choose("auto")) {
            assertThat(chosen.reason()).isEqualTo(KernelsProvider.select("auto").reason());
        }
        try (Selection chosen = choose("CUDA")) {
            assertThat(chosen.kernels().name()).isEqualTo("vector");
            assertThat(chosen.fallback()).isTrue();
            assertThat(chosen.reason())
                    .startsWith("vector kernels")
                    .contains("without a GPU", "NO_DRIVER_LIBRARY", CudaStandIn.NONE);
        }
        assertThat(folder.resolve("kernels")).doesNotExist();
    }
}
