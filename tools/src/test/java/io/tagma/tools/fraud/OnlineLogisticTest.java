package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnlineLogisticTest {
    private static final List<String> NAMES = List.of("signal", "noise", "constant");

    private final SplitMix64 random = new SplitMix64();
    private final float[] x = new float[4];

    @Test
    void findsTheSignalWhateverItsScale() {
        final OnlineLogistic model = taught(20_000);
        final float high = scoreOf(model, 1_500f);
        final float low = scoreOf(model, 500f);
        assertThat(high).isGreaterThan(2f);
        assertThat(low).isLessThan(-2f);
        example(1_500f, 0f);
        assertThat(Math.abs(model.contribution(x, 1, 1))).isLessThan(0.3f);
        assertThat(model.contribution(x, 1, 2)).isZero();
    }

    @Test
    void contributionsAndBiasAddUpToTheScore() {
        final OnlineLogistic model = taught(1_000);
        example(1_200f, 0.5f);
        float sum = model.bias();
        for (int i = 0; i < model.length(); i++) {
            sum += model.contribution(x, 1, i);
        }
        assertThat(sum).isCloseTo(model.score(x, 1), within(1e-5f));
    }

    @Test
    void sameExamplesGiveTheSameStateAndScoringDoesNotChangeIt() {
        final OnlineLogistic one = taught(30_000);
        final OnlineLogistic other = taught(30_000);
        for (int i = 0; i < 100; i++) {
            scoreOf(other, i);
        }
        assertThat(state(other)).isEqualTo(state(one));
        assertThat(state(taught(30_001))).isNotEqualTo(state(one));
    }

    @Test
    void oneWildExampleDoesNotDrownTheRest() {
        final OnlineLogistic model = taught(20_000);
        example(1e12f, 0f);
        assertThat(model.score(x, 1)).isBetween(-100f, 100f);
        assertThat(state(model)).doesNotContain(Float.NaN);
    }

    @Test
    void anotherModelOverTheSameMemoryGoesOnWhereTheFirstStopped() {
        final OnlineLogistic one = taught(5_000);
        final OnlineLogistic restarted = new OnlineLogistic(NAMES, one.memory().clone());
        assertThat(state(restarted)).isEqualTo(state(one));
        example(900f, 0.25f);
        one.learn(x, 1, 1f);
        restarted.learn(x, 1, 1f);
        assertThat(state(restarted)).isEqualTo(state(one));
    }

    @Test
    void refusesMoreFeaturesThanItsMemoryHolds() {
        assertThatThrownBy(() -> new OnlineLogistic(Collections.nCopies(17, "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16");
    }

    @Test
    void learningAndScoringAllocateNothing() {
        final OnlineLogistic model = taught(10);
        assertThat(Allocation.bytesOf(() -> teach(model, 50_000))).isZero();
    }

    private OnlineLogistic taught(final int examples) {
        random.reset(1, 0, 0);
        final OnlineLogistic model = new OnlineLogistic(NAMES);
        teach(model, examples);
        return model;
    }

    private void teach(final OnlineLogistic model, final int examples) {
        for (int i = 0; i < examples; i++) {
            final float signal = (float) random.nextDouble() * 2_000f;
            example(signal, (float) random.nextDouble());
            model.learn(x, 1, signal > 1_000f ? 1f : 0f);
        }
    }

    private float scoreOf(final OnlineLogistic model, final float signal) {
        example(signal, 0.5f);
        return model.score(x, 1);
    }

    private void example(final float signal, final float noise) {
        x[1] = signal;
        x[2] = noise;
        x[3] = 7f;
    }

    private static float[] state(final OnlineLogistic model) {
        return model.memory().clone();
    }
}
