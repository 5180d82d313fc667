package io.tagma.tools.eval;

import io.tagma.engine.model.Adwin;
import io.tagma.engine.model.Ddm;
import io.tagma.engine.model.DriftDetector;
import io.tagma.engine.model.PageHinkley;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Detectors on errors of probability .2 that become .4: how late the alarm is, and how often it is false. Stateless.
 */
final class DetectorStudy {
    private static final int STATIONARY = 10_000;
    private static final int LOST = 5_000;
    private static final double BEFORE = 0.2;
    private static final double AFTER = 0.4;

    private DetectorStudy() {}

    /**
     * What was found of one detector.
     *
     * @param delay mean number of errors and non-errors from the change to the alarm
     * @param falseAlarms mean in 10,000 before it
     */
    record Found(double delay, double falseAlarms) {}

    /** The detectors at the settings used here. */
    static Map<String, Found> run(final int runs, final long seed) {
        final Map<String, Found> found = new LinkedHashMap<>();
        found.put("adwin", of(() -> new Adwin(0.002, 8), runs, seed));
        found.put("page-hinkley", of(() -> new PageHinkley(0.1, 11, 100), runs, seed));
        found.put("ddm", of(() -> new Ddm(3, 30), runs, seed));
        return found;
    }

    private static Found of(final Supplier<DriftDetector> kind, final int runs, final long seed) {
        double delay = 0;
        double falseAlarms = 0;
        for (int run = 0; run < runs; run++) {
            final SplittableRandom random = new SplittableRandom(seed + run);
            final DriftDetector detector = kind.get();
            for (int i = 0; i < STATIONARY; i++) {
                falseAlarms += detector.add(random.nextDouble() < BEFORE ? 1 : 0) ? 1 : 0;
            }
            int late = 1;
            while (late < LOST && !detector.add(random.nextDouble() < AFTER ? 1 : 0)) {
                late++;
            }
            delay += late;
        }
        return new Found(delay / runs, falseAlarms / runs);
    }
}
