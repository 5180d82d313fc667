package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.kernel.KernelsProvider.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCalibrationTest {
    @TempDir
    Path temp;

    private long now;

    /** A clock that moves by 1 ms a look: the measurement is short, and its times are the same for all. */
    private final NanoClock clock = () -> now += 1_000_000;

    @Test
    void theThresholdIsWhereTheLargeProviderBeginsToStayFaster() {
        assertThat(crossover(9, 9, 9).from()).isZero();
        assertThat(crossover(11, 9, 9).from()).isEqualTo(20);
        assertThat(crossover(9, 11, 9).from()).isEqualTo(40); // an early win does not last
        assertThat(crossover(9, 9, 11).from()).isEqualTo(Crossover.NEVER);
        assertThat(crossover(11, 10, 10).from()).isEqualTo(Crossover.NEVER); // as fast is not faster
    }

    private static Crossover crossover(final double... largeNs) {
        return new Crossover("dot", new long[] {10, 20, 40}, new double[] {10, 10, 10}, largeNs);
    }

    @Test
    void aCalibrationReadsBackAsItWasWritten() {
        final Calibration calibration = calibration(64);

        assertThat(Calibration.parse(calibration.format()).format()).isEqualTo(calibration.format());
        assertThat(Calibration.parse(calibration.format()).from("dot")).isEqualTo(64);
    }

    @Test
    void aTextThatIsCutShortAtAnyByteIsNone() {
        final String text = calibration(64).format();
        for (int length = 0; length < text.length(); length++) {
            final String cut = text.substring(0, length);
            assertThatThrownBy(() -> Calibration.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** On both sides of every threshold, the result is the reference's; and each side is really asked. */
    @Test
    void whoComputesDependsOnTheSizeAndTheResultDoesNot() {
        for (final long from : new long[] {0, 1, 64, Crossover.NEVER}) {
            final Kernels chosen = new CalibratedKernels(new ScalarKernels(), new VectorKernels(), calibration(from));
            assertThat(KernelsSelfCheck.firstDifference(chosen)).isEmpty();
        }
        final List<String> asked = new ArrayList<>();
        final Kernels chosen = new CalibratedKernels(told("small", asked), told("large", asked), calibration(64));
        final float[] x = new float[64];
        chosen.dot(x, x, 63);
        chosen.dot(x, x, 64);
        chosen.exp(x, 64);
        chosen.softmax(x, 63);
        assertThat(asked).containsExactly("small dot", "large dot", "large exp", "small softmax");
    }

    private static Kernels told(final String side, final List<String> asked) {
        return (Kernels) java.lang.reflect.Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("rows")) {
                        asked.add(side + " " + method.getName());
                    }
                    return method.invoke(new ScalarKernels(), arguments);
                });
    }

    /** Two pairs in one file, each found again whatever became of the other. */
    @Test
    void aFileKeepsAPairOfProvidersBesideAnother() {
        final Calibration processors = calibration(64);
        final Calibration gpu = ofDevice(64);
        final String text = processors.format() + gpu.format();

        assertThat(Calibration.parseAll(text))
                .extracting(Calibration::format)
                .containsExactly(processors.format(), gpu.format());
        assertThat(Calibration.parseAll(processors.format() + gpu.format().substring(0, 40)))
                .extracting(Calibration::format)
                .containsExactly(processors.format());
        assertThat(Calibration.parseAll("")).isEmpty();
    }

    private static Calibration ofDevice(final long from) {
        final List<Crossover> crossovers = DeviceCase.names().stream()
                .map(name -> new Crossover(name, new long[] {1, 64}, new double[] {10, 10}, new double[] {
                    from <= 1 ? 5 : 20, from <= 64 ? 5 : 20
                }))
                .toList();
        return new Calibration("here", "vector", "cuda", crossovers);
    }

    /** The second is the faster one from {@code from} on. */
    private static Calibration calibration(final long from) {
        final List<Crossover> crossovers = CalibrationCase.names().stream()
                .map(name -> new Crossover(name, new long[] {1, 64}, new double[] {10, 10}, new double[] {
                    from <= 1 ? 5 : 20, from <= 64 ? 5 : 20
                }))
                .toList();
        return new Calibration("here", "scalar", "vector", crossovers);
    }

    @Test
    void measuresOnceAndFollowsWhatItKept() throws IOException {
        final Path record = temp.resolve("kernels");

        final Selection first = KernelCalibration.select("measured", () -> record, clock);
        final String kept = Files.readString(record);
        final long after = now;
        final Selection second = KernelCalibration.select("Measured", () -> record, clock);

        assertThat(first.kernels().name()).isEqualTo("measured");
        assertThat(first.reason()).contains("there was no calibration");
        assertThat(second.reason()).contains("as kept in kernels");
        assertThat(now).as("nothing was measured").isEqualTo(after);
        assertThat(second.kernels().calibration()).isEqualTo(first.kernels().calibration());
        assertThat(Files.readString(record)).isEqualTo(kept);
        assertThat(KernelsSelfCheck.firstDifference(first.kernels())).isEmpty();
    }

    @Test
    void anotherMachinesCalibrationIsMeasuredAnew() throws IOException {
        final Path record = temp.resolve("kernels");
        Files.writeString(record, calibration(64).format());

        assertThat(KernelCalibration.select("measured", () -> record, clock).reason())
                .contains("another machine's");
        assertThat(KernelCalibration.kept(temp)).hasSameSizeAs(CalibrationCase.names());
        assertThat(KernelCalibration.select("measured", () -> record, clock).reason())
                .contains("as kept");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsSaidAndDoesNotStopTheLaunch() {
        final Selection selection = KernelCalibration.select(
                "measured", () -> temp.resolve("missing").resolve("kernels"), clock);

        assertThat(selection.kernels().name()).isEqualTo("measured");
        assertThat(selection.reason()).contains("cannot be written");
    }

    @Test
    void whoIsAskedForByNameNeedsNoPlace() {
        final Selection selection = KernelCalibration.select(
                "scalar",
                () -> {
                    throw new AssertionError("no file is needed");
                },
                clock);

        assertThat(selection.kernels().name()).isEqualTo("scalar");
    }
}
