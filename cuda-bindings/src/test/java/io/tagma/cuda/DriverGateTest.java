package io.tagma.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The gate answers why there is no driver")
final class DriverGateTest {
    private static final int ELF_MACHINE_OFFSET = 18;
    private static final byte ELF_MACHINE_S390 = 22;

    private static List<String> symbols() {
        return DriverCalls.SYMBOLS;
    }

    @Test
    void noLibraryByThatName() {
        final CudaAvailability found = CudaDriver.open("libtagma-has-no-such-driver.so.1");

        assertThat(found).isInstanceOfSatisfying(CudaAvailability.Absent.class, absent -> {
            assertThat(absent.reason())
                    .isEqualTo(new AbsenceReason.NoDriverLibrary("libtagma-has-no-such-driver.so.1"));
            assertThat(absent.reason().label()).isEqualTo("NO_DRIVER_LIBRARY");
            assertThat(absent.detail()).contains("libtagma-has-no-such-driver.so.1", "LD_LIBRARY_PATH");
        });
    }

    // A file that is no library at all would do, but makes the JVM warn; one cut short ends the process in the loader.
    @Test
    void aLibraryForAnotherProcessor(@TempDir final Path folder) throws IOException {
        final byte[] library = Files.readAllBytes(Path.of(System.getProperty("java.home"), "lib", "libnet.so"));
        library[ELF_MACHINE_OFFSET] = ELF_MACHINE_S390;
        library[ELF_MACHINE_OFFSET + 1] = 0;
        final Path foreign = Files.write(folder.resolve("libcuda.so.1"), library);

        final CudaAvailability found = CudaDriver.open(foreign.toString());

        assertThat(found)
                .isInstanceOfSatisfying(
                        CudaAvailability.Absent.class,
                        absent -> assertThat(absent.reason())
                                .isEqualTo(new AbsenceReason.NoDriverLibrary(foreign.toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aBlankNameIsTheProgrammersError(final String name) {
        assertThatThrownBy(() -> CudaDriver.open(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("libcuda.so.1");
    }

    @ParameterizedTest
    @MethodSource("symbols")
    void aLibraryThatLacksACallIsNotCalledAtAll(final String symbol) {
        final StandIn standIn = StandIn.without(symbol);

        final CudaAvailability.Absent absent = standIn.absent("devices=1");

        assertThat(absent.reason()).isEqualTo(new AbsenceReason.SymbolMissing(List.of(symbol)));
        assertThat(absent.reason().label()).isEqualTo("SYMBOL_MISSING");
        assertThat(absent.detail()).contains(symbol, standIn.libraryName());
        assertThat(DriverCalls.SYMBOLS)
                .allSatisfy(call -> assertThat(standIn.calls(call)).isZero());
    }

    @Test
    void aLibraryThatIsNoDriverLacksThemAll() {
        final CudaAvailability found = CudaDriver.open("libc.so.6");

        assertThat(found)
                .isInstanceOfSatisfying(
                        CudaAvailability.Absent.class,
                        absent -> assertThat(absent.reason())
                                .isEqualTo(new AbsenceReason.SymbolMissing(DriverCalls.SYMBOLS)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, CUDA_ERROR_INVALID_VALUE, invalid argument",
        "34, CUDA_ERROR_STUB_LIBRARY, CUDA driver is a stub library",
        "803, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, system has unsupported display driver / cuda driver combination",
        "804, CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, forward compatibility was attempted on non supported HW",
        "999, CUDA_ERROR_UNKNOWN, unknown error",
        "12345, CUDA_ERROR_12345, the driver has no text for this code",
    })
    void theDriverRefusesToStart(final int code, final String name, final String text) {
        final StandIn standIn = StandIn.whole();

        final CudaAvailability.Absent absent = standIn.absent("devices=2 cuInit=" + code);

        final CudaError error = new CudaError("cuInit", "flags=0", code, name, text);
        assertThat(absent.reason()).isEqualTo(new AbsenceReason.InitFailed(error));
        assertThat(absent.reason().label()).isEqualTo("INIT_FAILED");
        assertThat(absent.detail()).startsWith("cuInit(flags=0) answered " + code + " " + name + ": " + text);
        assertOnlyInitialised(standIn);
    }

    @Test
    void aDriverWithoutADeviceSaysSoInCuInit() {
        final StandIn standIn = StandIn.whole();

        final CudaAvailability.Absent absent = standIn.absent("cuInit=100");

        assertThat(absent.reason()).isEqualTo(new AbsenceReason.NoDevice());
        assertThat(absent.reason().label()).isEqualTo("NO_DEVICE");
        assertThat(absent.detail()).contains("100 CUDA_ERROR_NO_DEVICE", "CUDA_VISIBLE_DEVICES");
        assertOnlyInitialised(standIn);
    }

    @Test
    void aDriverThatCountsNoDevice() {
        final CudaAvailability.Absent absent = StandIn.whole().absent("devices=0");

        assertThat(absent.reason()).isEqualTo(new AbsenceReason.NoDevice());
        assertThat(absent.detail()).contains("0 devices");
    }

    @Test
    void aDriverThatCannotCount() {
        final CudaAvailability.Absent absent = StandIn.whole().absent("devices=2 cuDeviceGetCount=304");

        assertThat(absent.reason())
                .isInstanceOfSatisfying(
                        AbsenceReason.InitFailed.class,
                        failed -> assertThat(failed.error())
                                .extracting(CudaError::call, CudaError::arguments, CudaError::code, CudaError::name)
                                .containsExactly("cuDeviceGetCount", "", 304, "CUDA_ERROR_OPERATING_SYSTEM"));
    }

    @ParameterizedTest
    @CsvSource({
        "cuGetErrorName=999, CUDA_ERROR_803, system has unsupported display driver / cuda driver combination",
        "cuGetErrorString=999, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, the driver has no text for this code",
        "cuGetErrorName=999 cuGetErrorString=1, CUDA_ERROR_803, the driver has no text for this code",
    })
    void aDriverThatCannotEvenNameItsError(final String faults, final String name, final String text) {
        final CudaAvailability.Absent absent = StandIn.whole().absent("cuInit=803 " + faults);

        assertThat(absent.reason())
                .isEqualTo(new AbsenceReason.InitFailed(new CudaError("cuInit", "flags=0", 803, name, text)));
    }

    @Test
    void absenceIsNotRemembered() {
        final StandIn standIn = StandIn.whole();
        assertThat(CudaDriver.open("libtagma-has-no-such-driver.so.1")).isInstanceOf(CudaAvailability.Absent.class);
        standIn.absent("devices=1 cuInit=802");
        standIn.absent("devices=0");

        assertThat(standIn.open("devices=1").deviceCount()).isOne();
        assertThat(standIn.misuses()).isZero();
    }

    private static void assertOnlyInitialised(final StandIn standIn) {
        assertThat(standIn.calls("cuInit")).isOne();
        assertThat(DriverCalls.SYMBOLS)
                .filteredOn(call -> !call.equals("cuInit") && !call.startsWith("cuGetError"))
                .allSatisfy(call -> assertThat(standIn.calls(call)).as(call).isZero());
    }
}
