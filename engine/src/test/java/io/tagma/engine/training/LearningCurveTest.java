package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.training.LearningCurve.State;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A rate that diverges is seen within 500 events, one that learns is let alone, and a plateau ends the learning. */
class LearningCurveTest {
    private static final int CHANGE = 2000;

    /** Least mean squares on a noisy line, from an event on with a rate that is too great; the event of the first divergence, or -1. */
    private static int divergence(final long seed, final double rateAfter, final int events) {
        final SplittableRandom random = new SplittableRandom(seed);
        final LearningCurve curve = new LearningCurve(100, Integer.MAX_VALUE);
        final double[] weights = new double[4];
        for (int i = 0; i < events; i++) {
            final double[] x = new double[4];
            double truth = 0.3 * random.nextGaussian();
            double guess = 0;
            for (int j = 0; j < 4; j++) {
                x[j] = random.nextGaussian();
                truth += (j + 1) * x[j];
                guess += weights[j] * x[j];
            }
            final double error = guess - truth;
            if (curve.add(error * error) == State.DIVERGED) {
                return i;
            }
            for (int j = 0; j < 4; j++) {
                weights[j] -= (i < CHANGE ? 0.02 : rateAfter) * error * x[j];
            }
        }
        return -1;
    }

    @Test
    void aPlantedDivergentRateIsCaughtWithin500Events() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(divergence(seed, 0.6, CHANGE + 1000)).as("seed " + seed).isBetween(CHANGE, CHANGE + 500);
        }
    }

    @Test
    void aRateThatLearnsIsLetAlone() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(divergence(seed, 0.02, 10_000)).as("seed " + seed).isNegative();
        }
    }

    @Test
    void aLossThatIsNoNumberIsDivergence() {
        final LearningCurve curve = new LearningCurve(100, 5);
        assertThat(curve.add(1)).isEqualTo(State.LEARNING);
        assertThat(curve.add(Double.NaN)).isEqualTo(State.DIVERGED);
        assertThat(curve.stops()).isTrue();
    }

    @Test
    void aPlateauStopsEarlyAndTheBandsHoldTheTruth() {
        final LearningCurve curve = new LearningCurve(100, 10);
        final SplittableRandom random = new SplittableRandom(4);
        int events = 0;
        while (!curve.stops() && events < 100_000) {
            curve.add(0.5 + Math.exp(-events / 1000.0) + 0.05 * random.nextGaussian());
            events++;
        }
        assertThat(curve.state()).isEqualTo(State.PLATEAU);
        assertThat(events).isBetween(3000, 12_000);
        final LearningCurve flat = new LearningCurve(100, Integer.MAX_VALUE);
        for (int i = 0; i < 100_000; i++) {
            flat.add(1 + random.nextGaussian() * 0.2);
        }
        assertThat(flat.points().stream()
                        .filter(p -> p.low() <= 1 && 1 <= p.high())
                        .count())
                .as("95 % bands over 1,000 windows")
                .isBetween(920L, 975L);
    }
}
