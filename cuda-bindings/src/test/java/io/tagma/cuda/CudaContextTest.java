package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaContextTest {
    private static final String TEXT = """
        .version %s
        .target sm_%s
        .visible .entry tagma_exp_of(
        	.param .u64 tagma_exp_of_param_0,
        	.param .u32 tagma_exp_of_param_1
        )
        """;

    @TempDir
    private static Path folder;

    private StandIn standIn;
    private CudaDriver driver;

    @BeforeEach
    void freshDriver() throws IOException {
        StandIn.requireBuilt("cpu-kernels");
        standIn = StandIn.copy(folder);
        driver = standIn.open("devices=2");
    }

    private static byte[] image(final String version, final int architecture) {
        return String.format(TEXT, version, architecture).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aKernelRunsByLaunchAndByGraphAndEventsMeasureIt() {
        try (CudaContext context = CudaContext.open(driver, 1);
                CudaModule module = context.module("small.ptx", image("7.0", 75));
                CudaStream stream = context.stream();
                CudaEvent start = context.event();
                CudaEvent end = context.event();
                PinnedBuffer host = context.pinnedBuffer(64);
                DeviceBuffer device = context.deviceBuffer(64)) {
            final LaunchArguments arguments = new LaunchArguments(module.function("tagma_exp_of"))
                    .put(0, device)
                    .put(1, 2);
            stream.fill(device, 0, 0, 16);
            stream.record(start);
            try (CudaGraph graph = stream.capture(() -> {
                stream.launch(arguments, 1, 1, 32);
                stream.copy(device, 0, host, 0, 64);
            })) {
                host.segment().set(JAVA_FLOAT, 0, 5f);
                assertThat(host.segment().get(JAVA_FLOAT, 0)).isEqualTo(5f); // only recorded so far
                stream.launch(graph);
            }
            stream.record(end);
            stream.await(end);
            end.synchronize();
            stream.synchronize();
            assertThat(host.segment().get(JAVA_FLOAT, 4)).isEqualTo(1f);
            assertThat(host.segment().get(JAVA_FLOAT, 8)).isZero();
            assertThat(end.millisSince(start)).isNotNegative();
            assertThat(context.open()).isEqualTo(6);
        }
        assertThat(standIn.live("all")).isZero();
        assertThat(standIn.misuses()).isZero();
    }

    @Test
    void whatIsLeftOpenIsClosedWithTheContextAndCounted() {
        final CudaContext context = CudaContext.open(driver, 0);
        context.stream();
        context.deviceBuffer(100);
        context.event().close();
        context.close();
        context.close();

        assertThat(context.leaks()).isEqualTo(2);
        assertThat(standIn.live("all")).isZero();
    }

    @Test
    void anImageForNewerDevicesNamesBothSides() {
        try (CudaContext context = CudaContext.open(driver, 0)) {
            assertThatThrownBy(() -> context.module("new.ptx", image("7.0", 90)))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("cuModuleLoadDataEx(image=new.ptx) answered 209 CUDA_ERROR_NO_BINARY_FOR_GPU")
                    .hasMessageContaining("the kernel image new.ptx is PTX 7.0 for sm_90 and later")
                    .hasMessageContaining("Tagma test device 0 has compute capability 7.5");
            assertThatThrownBy(() -> context.module("new.ptx", image("9.9", 75)))
                    .hasMessageContaining("222 CUDA_ERROR_UNSUPPORTED_PTX_VERSION")
                    .hasMessageContaining("is PTX 9.9")
                    .hasMessageContaining("the driver speaks CUDA 13.0");
            assertThatThrownBy(() -> context.module("none.ptx", new byte[] {1, 2}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("none.ptx of 2 bytes is no PTX");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without such a checker may give
    void wrongShapesAndSizesNameBothSides() {
        try (CudaContext context = CudaContext.open(driver, 0);
                CudaModule module = context.module("small.ptx", image("7.0", 75))) {
            final CudaStream stream = context.stream();
            final PinnedBuffer host = context.pinnedBuffer(64);
            final DeviceBuffer device = context.deviceBuffer(32);
            assertThatThrownBy(() -> stream.copy(host, 0, device, 8, 32))
                    .hasMessage("a copy writes 32 bytes from offset 8 of the device buffer of 32 bytes");
            assertThatThrownBy(() -> context.deviceBuffer(1L << 40))
                    .hasMessageContaining("1099511627776 bytes was asked for")
                    .hasMessageContaining("has 17179869184 bytes");
            context.deviceBuffer(15L << 30).close();
            final LaunchArguments arguments = new LaunchArguments(module.function("tagma_exp_of"));
            assertThatThrownBy(() -> arguments.put(1, 2f))
                    .hasMessageContaining("[u64, u32]")
                    .hasMessageContaining("a float for number 1");
            assertThatThrownBy(() -> arguments.put(2, 2)).hasMessageContaining("for number 2");
            assertThatThrownBy(() -> stream.launch(arguments, 1, 1, 1))
                    .hasMessageContaining("2 parameters, and only 0");
            assertThatThrownBy(() -> module.function("nothing")).hasMessageContaining("it has [tagma_exp_of]");
            assertThatThrownBy(() -> stream.copy((PinnedBuffer) null, 0, device, 0, 8))
                    .hasMessage("a copy from null to the device buffer of 32 bytes: it needs a buffer on both sides");
            assertThatThrownBy(() -> arguments.put(0, (DeviceBuffer) null))
                    .hasMessageContaining("tagma_exp_of")
                    .hasMessageContaining("[u64, u32]")
                    .hasMessageContaining("null for number 0");
            device.close();
            host.close();
            assertThatThrownBy(() -> arguments.put(0, device))
                    .hasMessageContaining("device buffer of 32 bytes was closed");
            assertThatThrownBy(() -> stream.copy(host, 0, device, 0, 8)).hasMessageContaining("was closed");
            assertThatThrownBy(() -> host.segment().get(JAVA_FLOAT, 0)).isInstanceOf(IllegalStateException.class);
            try (CudaContext other = CudaContext.open(driver, 1);
                    DeviceBuffer foreign = other.deviceBuffer(8)) {
                assertThatThrownBy(() -> arguments.put(0, foreign))
                        .hasMessageContaining("device 1")
                        .hasMessageContaining("device 0");
            }
        }
        assertThat(standIn.live("all")).isZero();
    }

    @Test
    void anErrorThatStaysRetiresTheDeviceForTheProcess() {
        standIn.configure("devices=1 cuStreamSynchronize=700");
        final CudaDriver broken = ((CudaAvailability.Available) CudaDriver.open(standIn.libraryName())).driver();
        try (CudaContext context = CudaContext.open(broken, 0)) {
            final CudaStream stream = context.stream();
            assertThatThrownBy(stream::synchronize)
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("700 CUDA_ERROR_ILLEGAL_ADDRESS");
            assertThat(context.retirement()).isPresent();
            stream.close();
        }
        assertThat(standIn.live("all")).isZero();
        assertThatThrownBy(() -> CudaContext.open(broken, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("device 0 was retired in this process after cuStreamSynchronize()");
    }
}
