package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Detectors against what is published of them: delay after a change, false alarms without one. */
class DriftDetectorTest {
    private static final int RUNS = 100;
    private static final int STATIONARY = 10_000;
    private static final int LOST = 5_000;

    /** The settings that the figures hold for. */
    enum Kind {
        ADWIN,
        PAGE_HINKLEY,
        DDM;

        DriftDetector create() {
            return switch (this) {
                case ADWIN -> new Adwin(0.002, 8);
                case PAGE_HINKLEY -> new PageHinkley(0.1, 11, 100);
                case DDM -> new Ddm(3, 30);
            };
        }
    }

    private static double error(final SeededRandom random, final double rate) {
        return random.nextDouble() < rate ? 1 : 0;
    }

    /** Mean number of errors from the change on until the alarm, and alarms a run before it. */
    private record Found(double delay, double falseAlarms) {
        static Found of(final Kind kind, final double before, final double after, final int stationary) {
            double delay = 0;
            double falseAlarms = 0;
            for (int run = 0; run < RUNS; run++) {
                final SeededRandom random = new SeededRandom(run);
                final DriftDetector detector = kind.create();
                for (int i = 0; i < stationary; i++) {
                    falseAlarms += detector.add(error(random, before)) ? 1 : 0;
                }
                int late = 1;
                while (late < LOST && !detector.add(error(random, after))) {
                    late++;
                }
                delay += late;
            }
            return new Found(delay / RUNS, falseAlarms / RUNS);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ADWIN", "PAGE_HINKLEY"})
    void findsADoubledErrorWithin160AndHardlyEverAlarmsWithoutOne(final Kind kind) {
        final Found found = Found.of(kind, 0.2, 0.4, STATIONARY);

        assertThat(found.delay()).as("mean delay of %s", kind).isBetween(20.0, 160.0);
        assertThat(found.falseAlarms())
                .as("false alarms of %s in %d", kind, STATIONARY)
                .isLessThanOrEqualTo(0.05);
    }

    /** The paper's setting: a learner whose error jumps after some 1,000 examples; over more, its minimum is a lucky one. */
    @Test
    void ddmFindsAnAbruptChangeOfAYoungLearner() {
        final Found found = Found.of(Kind.DDM, 0.2, 0.4, 1_000);

        assertThat(found.delay()).isBetween(20.0, 250.0);
        assertThat(found.falseAlarms()).isLessThan(0.5);
    }

    @Test
    void adwinAlsoFindsThatErrorsBecameFewer() {
        final Adwin adwin = new Adwin(0.002, 8);
        final SeededRandom random = new SeededRandom(7);
        boolean changed = false;
        for (int i = 0; i < 1_000; i++) {
            adwin.add(error(random, 0.5));
        }
        for (int i = 0; i < 500; i++) {
            changed |= adwin.add(error(random, 0.1));
        }

        assertThat(changed).isTrue();
        assertThat(adwin.increased()).isFalse();
        assertThat(adwin.mean()).isBetween(0.05, 0.15);
        assertThat(adwin.width()).isLessThan(600);
    }

    @Test
    void adwinKeepsAllOfAStationaryStream() {
        final Adwin adwin = new Adwin(0.002, 32);
        double sum = 0;
        for (int i = 0; i < 100_000; i++) {
            final double value = i % 4 == 0 ? 1 : 0;
            sum += value;
            adwin.add(value);
        }

        assertThat(adwin.width()).isEqualTo(100_000);
        assertThat(adwin.mean()).isEqualTo(sum / 100_000);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void goesOnFromASnapshot(final Kind kind, @TempDir final Path folder) {
        final DriftDetector one = kind.create();
        final SeededRandom random = new SeededRandom(3);
        for (int i = 0; i < 777; i++) {
            one.add(error(random, 0.3));
        }
        final Path file = folder.resolve("detector");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            one.write(out);
            out.commit();
        }
        final DriftDetector other = kind.create();
        other.add(1);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            other.read(in);
        }

        int alarms = 0;
        for (int i = 0; i < 3_000; i++) {
            final double value = error(random, i < 1_000 ? 0.3 : 0.6);
            final boolean alarm = one.add(value);
            assertThat(other.add(value)).isEqualTo(alarm);
            assertThat(other.mean()).isEqualTo(one.mean());
            alarms += alarm ? 1 : 0;
        }
        assertThat(alarms).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void forgetsEverythingOnReset(final Kind kind) {
        final DriftDetector used = kind.create();
        final DriftDetector fresh = kind.create();
        final SeededRandom random = new SeededRandom(5);
        for (int i = 0; i < 500; i++) {
            used.add(error(random, 0.7));
        }
        used.reset();

        for (int i = 0; i < 1_000; i++) {
            final double value = error(random, i < 500 ? 0.1 : 0.5);
            assertThat(used.add(value)).isEqualTo(fresh.add(value));
            assertThat(used.mean()).isEqualTo(fresh.mean());
        }
    }

    @Test
    void settingsThatCannotWorkAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Adwin(0, 32))
                .withMessageContaining("0 < delta < 1")
                .withMessageContaining("0.0, 32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PageHinkley(Double.NaN, 9, 1))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> new Ddm(3, 0)).withMessageContaining("e.g. 3 and 30");
    }
}
