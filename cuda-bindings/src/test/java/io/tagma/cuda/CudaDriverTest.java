package io.tagma.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An open driver tells its version and its devices")
final class CudaDriverTest {
    private static final long GIB = 1L << 30;

    @Test
    void twoDevices() {
        final StandIn standIn = StandIn.whole();
        final CudaDriver driver = standIn.open("devices=2 version=12080");

        assertThat(driver.driverVersion()).isEqualTo(12080);
        assertThat(driver.deviceCount()).isEqualTo(2);
        assertThat(driver.devices())
                .containsExactly(
                        new CudaDevice(0, 100, "Tagma test device 0", new ComputeCapability(7, 5), 16 * GIB),
                        new CudaDevice(1, 101, "Tagma test device 1", new ComputeCapability(8, 6), 96 * GIB));
        assertThat(driver.device(1)).isEqualTo(driver.devices().get(1));
        assertThat(standIn.calls("cuInit")).isOne();
        assertThat(standIn.misuses()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 1000})
    void aNameOfAnyLengthIsCutWhereTheBufferEnds(final int length) {
        final CudaDriver driver = StandIn.whole().open("devices=1 name_length=" + length);

        assertThat(driver.device(0).name()).startsWith("T").hasSize(Math.min(length, 255));
    }

    @ParameterizedTest
    @CsvSource({
        "cuDeviceGet, ordinal=0",
        "cuDeviceGetName, 'len=256, dev=100'",
        "cuDeviceGetAttribute, 'attrib=75, dev=100'",
        "cuDeviceGetAttribute#2, 'attrib=76, dev=100'",
        "cuDeviceTotalMem_v2, dev=100",
    })
    void eachCallThatFailsIsNamedWithItsArguments(final String fault, final String arguments) {
        final StandIn standIn = StandIn.whole();
        final CudaDriver driver = standIn.open("devices=2 " + fault + "=999");

        final CudaException thrown = catchThrowableOfType(CudaException.class, () -> driver.device(0));

        final String call = fault.replace("#2", "");
        assertThat(thrown.error())
                .isEqualTo(new CudaError(call, arguments, 999, "CUDA_ERROR_UNKNOWN", "unknown error"));
        assertThat(thrown).hasMessage(call + "(" + arguments + ") answered 999 CUDA_ERROR_UNKNOWN: unknown error");
        assertThat(standIn.misuses()).isZero();
    }

    @Test
    void aVersionThatFailsIsNamed() {
        final CudaDriver driver = StandIn.whole().open("devices=1 cuDriverGetVersion=4");

        assertThatThrownBy(driver::driverVersion)
                .isInstanceOf(CudaException.class)
                .hasMessage("cuDriverGetVersion() answered 4 CUDA_ERROR_DEINITIALIZED: driver shutting down");
    }

    @Test
    void aDriverRecoversFromACallThatFailedOnce() {
        final CudaDriver driver = StandIn.whole().open("devices=2 cuDeviceGetName#2=2");

        assertThatThrownBy(driver::devices).isInstanceOf(CudaException.class).hasMessageContaining("dev=101");
        assertThat(driver.devices()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE})
    void anOrdinalOutOfRangeNeverReachesTheDriver(final int ordinal) {
        final StandIn standIn = StandIn.whole();
        final CudaDriver driver = standIn.open("devices=2");

        assertThatThrownBy(() -> driver.device(ordinal))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining(ordinal + " of 2");
        assertThat(standIn.calls("cuDeviceGet")).isZero();
    }

    @Test
    void closingTwiceIsClosingOnce() {
        final CudaDriver driver = StandIn.whole().open("devices=1");
        final CudaDevice device = driver.device(0);
        assertThat(driver.isClosed()).isFalse();

        driver.close();
        driver.close();

        assertThat(driver.isClosed()).isTrue();
        assertThat(device.totalMemoryBytes()).isEqualTo(16 * GIB);
        assertThatThrownBy(driver::driverVersion).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(driver::deviceCount).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(driver::devices).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> driver.device(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CudaDriver.open()");
    }

    @Test
    void closingOneLeavesAnotherOpen() {
        final StandIn standIn = StandIn.whole();
        final CudaDriver first = standIn.open("devices=1");
        final CudaDriver second = standIn.open("devices=1");

        first.close();

        assertThat(second.driverVersion()).isEqualTo(13000);
    }

    @Test
    void anyThreadMayAsk() throws Exception {
        final StandIn standIn = StandIn.whole();
        final CudaDriver driver = standIn.open("devices=4");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            final var answers = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> driver.device(i % 4)))
                    .toList();
            for (int i = 0; i < answers.size(); i++) {
                final Future<CudaDevice> answer = answers.get(i);
                assertThat(answer.get().name()).isEqualTo("Tagma test device " + i % 4);
            }
        }
        assertThat(standIn.calls("cuDeviceGet")).isEqualTo(200);
        assertThat(standIn.misuses()).isZero();
    }

    @Test
    void theErrorTravelsWithTheException() throws Exception {
        final CudaError error = new CudaError("cuInit", "flags=0", 999, "CUDA_ERROR_UNKNOWN", "unknown error");
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new CudaException(error));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((CudaException) in.readObject()).error()).isEqualTo(error);
        }
    }

    @Test
    void capabilitiesAreOrderedByMajorThenMinor() {
        final ComputeCapability turing = new ComputeCapability(7, 5);

        assertThat(new ComputeCapability(7, 5).atLeast(turing)).isTrue();
        assertThat(new ComputeCapability(9, 0).atLeast(turing)).isTrue();
        assertThat(new ComputeCapability(12, 0)).isGreaterThan(new ComputeCapability(9, 0));
        assertThat(new ComputeCapability(7, 2).atLeast(turing)).isFalse();
        assertThat(turing).hasToString("7.5");
    }
}
