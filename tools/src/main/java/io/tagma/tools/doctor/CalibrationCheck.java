package io.tagma.tools.doctor;

import io.tagma.engine.kernel.KernelCalibration;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;

/** Which kernels are faster from which size on: as an engine found, or as measured now; a GPU's too. Stateless. */
final class CalibrationCheck {
    private CalibrationCheck() {}

    static List<Finding> findings(final Path directory, final boolean measure) {
        if (!measure) {
            return KernelCalibration.kept(directory).stream()
                    .map(line -> Finding.ok("calibration", "kept here: " + line))
                    .toList();
        }
        final List<String> lines = KernelCalibration.report(SystemNanoClock.INSTANCE);
        return lines.isEmpty()
                ? List.of(Finding.ok("calibration", "one provider only, nothing to choose from"))
                : lines.stream().map(line -> Finding.ok("calibration", line)).toList();
    }
}
