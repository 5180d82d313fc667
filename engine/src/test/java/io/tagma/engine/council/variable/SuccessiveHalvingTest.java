package io.tagma.engine.council.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On a noisy function the search ends near the top, also beneath a ceiling that others set, and never makes things worse by luck alone. */
class SuccessiveHalvingTest {
    private static final VariableSpec.Real RANGE = new VariableSpec.Real("pacing", "x", -1, 1, -0.8);
    private static final double TOP = 0.3;
    private static final double NOISE = 0.5;

    private static SuccessiveHalving.Goal noisy(final long seed, final double allowed) {
        final SplittableRandom random = new SplittableRandom(seed);
        return (value, budget) -> value > allowed
                ? Double.NaN
                : -(value - TOP) * (value - TOP) + NOISE * random.nextGaussian() / Math.sqrt((double) budget);
    }

    @Test
    void itEndsNearTheTopOfANoisyFunction() {
        double error = 0;
        double spread = 0;
        for (int seed = 0; seed < 200; seed++) {
            final SuccessiveHalving.Result result =
                    new SuccessiveHalving(RANGE, 32, 16, seed).run(RANGE.first(), noisy(seed, 1));
            assertThat(result.isBetter()).isTrue();
            assertThat(result.trials()).isEqualTo(32 + 16 + 8 + 4 + 2 + 1 + 6);
            assertThat(result.budget()).isEqualTo(16 << 5);
            error += Math.abs(result.value() - TOP);
            // The same budget spent evenly: 96 trials' worth of it on each of 32 candidates.
            double best = Double.NEGATIVE_INFINITY;
            double value = 0;
            final SuccessiveHalving.Goal even = noisy(seed, 1);
            for (int i = 0; i < 32; i++) {
                final double x = -1 + (i + 0.5) / 16;
                final double quality = even.quality(x, 16 * 6);
                if (quality > best) {
                    best = quality;
                    value = x;
                }
            }
            spread += Math.abs(value - TOP);
        }
        assertThat(error / 200).isLessThan(0.16).isLessThan(spread / 200);
    }

    @Test
    void whatIsNotAllowedIsNeverChosen() {
        for (int seed = 0; seed < 100; seed++) {
            assertThat(new SuccessiveHalving(RANGE, 16, 16, seed)
                            .run(RANGE.first(), noisy(seed, 0.1))
                            .value())
                    .isLessThanOrEqualTo(0.1);
        }
        final SuccessiveHalving.Result none =
                new SuccessiveHalving(RANGE, 4, 1, 1).run(0.5, (value, budget) -> value == 0.5 ? 1 : Double.NaN);
        assertThat(none.isBetter()).isFalse();
        assertThat(none.value()).isEqualTo(0.5);
    }

    @Test
    void itIsAFunctionOfItsSeed() {
        assertThat(new SuccessiveHalving(RANGE, 16, 4, 9).run(0, noisy(1, 1)))
                .isEqualTo(new SuccessiveHalving(RANGE, 16, 4, 9).run(0, noisy(1, 1)));
        assertThatThrownBy(() -> new SuccessiveHalving(RANGE, 1, 4, 9)).hasMessageContaining("2 to 65536 candidates");
    }
}
