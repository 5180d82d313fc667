package io.tagma.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The driver installed on this machine")
final class InstalledDriverTest {

    /** Holds on a machine with a GPU; elsewhere a visible skip that carries the reason. */
    @Test
    void tellsItsVersionAndDevices() {
        switch (CudaDriver.open()) {
            case CudaAvailability.Absent absent -> {
                assertThat(absent.detail()).isNotBlank();
                abort(absent.reason().label() + ": " + absent.detail());
            }
            case CudaAvailability.Available available -> {
                final CudaDriver driver = available.driver();
                assertThat(driver.driverVersion()).isGreaterThanOrEqualTo(11000);
                assertThat(driver.devices()).hasSize(driver.deviceCount()).allSatisfy(device -> {
                    assertThat(device.name()).isNotBlank();
                    assertThat(device.computeCapability().major()).isPositive();
                    assertThat(device.totalMemoryBytes()).isGreaterThan(1L << 28);
                });
                driver.close();
            }
        }
    }
}
