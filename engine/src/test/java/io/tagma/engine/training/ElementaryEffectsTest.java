package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.training.ElementaryEffects.Effect;
import io.tagma.engine.training.ElementaryEffects.Parameter;
import io.tagma.engine.training.ElementaryEffects.Result;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Effects of a function that is known: what does something is found with its size, what does nothing stays within its band. */
class ElementaryEffectsTest {
    private static final List<Parameter> PARAMETERS = List.of(
            real("slope", 0, 10, false),
            real("rate", 1, 1000, true),
            new Parameter(new VariableSpec.Flag("switch", true), false),
            new Parameter(new VariableSpec.Whole("whole", "", 2, 5, 2), false),
            real("dummy", 0, 1, false));

    private static Parameter real(final String name, final double low, final double high, final boolean logarithmic) {
        return new Parameter(new VariableSpec.Real(name, "", low, high, low), logarithmic);
    }

    /** 3 for the slope's range, 6 for the rate's, 4 for the switch where the slope is at its end, a little noise by seed. */
    private static double known(final double[] v, final long seed) {
        final double noise = 0.1 * new SplittableRandom(seed).nextGaussian();
        return 0.3 * v[0] + 2 * Math.log10(v[1]) + 0.4 * v[2] * v[0] + 0.2 * v[3] + noise;
    }

    @Test
    void effectsAreThoseOfTheFunction() {
        final Result result = ElementaryEffects.measure(PARAMETERS, 20, 1, ElementaryEffectsTest::known);
        final Effect rate = result.effects().get(1);
        assertThat(rate.mean()).isCloseTo(6, within(1e-9));
        assertThat(rate.spread()).as("alone and straight on its scale").isCloseTo(0, within(1e-9));
        assertThat(rate.matters()).isTrue();
        final Effect slope = result.effects().get(0);
        assertThat(slope.mean()).isBetween(3.0, 7.0);
        assertThat(slope.spread()).as("with the switch 7, without it 3").isGreaterThan(1);
        final Effect flag = result.effects().get(2);
        assertThat(flag.mean()).as("from 0 to 4, as the slope lies").isBetween(1.0, 3.0);
        assertThat(flag.meanLow()).isPositive();
        assertThat(result.effects().get(3).mean()).isCloseTo(0.6, within(1e-9));
        assertThat(result.evaluations()).isEqualTo(20 * (PARAMETERS.size() + 3));
        assertThat(result.best()).isGreaterThan(12);
        assertThat(result.bestValues()).hasSize(PARAMETERS.size());
    }

    /** Whole numbers and flags cannot move by two thirds of a coarse range: what they move by is what their effect is of. */
    @Test
    void coarseParametersHaveTheEffectOfTheirWholeRange() {
        final List<Parameter> coarse = List.of(
                new Parameter(new VariableSpec.Flag("switch", false), false),
                new Parameter(new VariableSpec.Whole("two steps", "", 2, 4, 2), false),
                new Parameter(new VariableSpec.Whole("five steps", "", 0, 5, 0), false),
                new Parameter(new VariableSpec.Whole("octaves", "", 1, 16, 1), true));
        final Result result = ElementaryEffects.measure(
                coarse, 20, 1, (v, seed) -> 4 * v[0] - 3 * v[1] + v[2] + Math.log(v[3]) / Math.log(2));
        final double[] whole = {4, -6, 5, 4};
        for (int p = 0; p < whole.length; p++) {
            final Effect effect = result.effects().get(p);
            assertThat(effect.mean()).as(effect.name()).isCloseTo(whole[p], within(1e-9));
            assertThat(effect.spread()).as(effect.name()).isCloseTo(0, within(1e-9));
        }
    }

    @Test
    void aParameterThatNothingReadsHasNoEffectAndAnotherSeedNoneButNoise() {
        final Result result = ElementaryEffects.measure(PARAMETERS, 20, 1, ElementaryEffectsTest::known);
        final Effect dummy = result.effects().get(4);
        assertThat(dummy.size()).isZero();
        assertThat(dummy.matters()).isFalse();
        assertThat(result.seed().meanLow()).isNegative();
        assertThat(result.seed().meanHigh()).isPositive();
        assertThat(result.seed().size()).isBetween(0.05, 0.5);
    }

    /**
     * Where quality is nothing but noise that differs from point to point, the bands of two means of the same distribution must not touch
     * before a parameter seems to matter: for two bands of 95 % that is rarer than one in a hundred.
     */
    @Test
    void noiseHardlyEverMatters() {
        final List<Parameter> four = PARAMETERS.subList(0, 4);
        final long wrong = IntStream.range(0, 100)
                .mapToLong(study ->
                        ElementaryEffects.measure(four, 10, study, (v, seed) -> noise(v, seed + study))
                                .effects()
                                .stream()
                                .filter(Effect::matters)
                                .count())
                .sum();
        assertThat(wrong).as("of 400 parameters").isLessThanOrEqualTo(4);
    }

    private static double noise(final double[] v, final long seed) {
        long key = seed;
        for (final double one : v) {
            key = key * 0x9e37_79b9_7f4a_7c15L + Double.doubleToLongBits(one);
        }
        return new SplittableRandom(key).nextGaussian();
    }

    @Test
    void theSameSeedGivesTheSamePlanAndBadInputIsNamed() {
        assertThat(ElementaryEffects.measure(PARAMETERS, 5, 3, ElementaryEffectsTest::known))
                .isEqualTo(ElementaryEffects.measure(PARAMETERS, 5, 3, ElementaryEffectsTest::known))
                .isNotEqualTo(ElementaryEffects.measure(PARAMETERS, 5, 4, ElementaryEffectsTest::known));
        assertThatThrownBy(() -> ElementaryEffects.measure(PARAMETERS, 1, 3, ElementaryEffectsTest::known))
                .hasMessageContaining("2 to 1000 trajectories: 5, 1");
        assertThatThrownBy(() -> real("rate", 0, 1, true)).hasMessageContaining("rate: a hyper-parameter");
        assertThatThrownBy(() -> ElementaryEffects.measure(PARAMETERS, 5, 3, (v, seed) -> Math.log(-1)))
                .hasMessageContaining("the quality is NaN with [");
    }
}
