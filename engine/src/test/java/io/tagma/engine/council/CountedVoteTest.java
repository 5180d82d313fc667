package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.kernel.FloatMath;
import org.junit.jupiter.api.Test;

/** Heads that are counted, each alike or by what its voter was worth. */
class CountedVoteTest {
    private static final float YES = 2f;
    private static final float NO = -1f;

    @Test
    void theShareOfThoseWhoSayYesIsTheAnswer() {
        final float[] ballots = {Float.NaN, YES, NO, 9f, -8f, 0.1f, Float.NaN, YES};
        final float pooled = CountedVote.PLURALITY.pool(ballots, 1, 7, new float[0]);

        assertThat(FloatMath.sigmoid(pooled)).as("four of six").isCloseTo(4f / 6, within(1e-4f));
    }

    @Test
    void nobodyIsNoAnswerAndAllAreNotInfinite() {
        final float[] none = {Float.NaN, Float.NaN};
        assertThat(CountedVote.PLURALITY.pool(none, 0, 2, new float[0])).isNaN();
        assertThat(CountedVote.PLURALITY.pool(new float[] {YES, YES}, 0, 2, new float[0]))
                .isFinite()
                .isPositive();
    }

    @Test
    void theOneWhoIsRightOutweighsTwoWhoAreNot() {
        final CountedVote rule = CountedVote.WEIGHTED;
        final float[] state = new float[rule.stateFloats(3)];
        rule.init(state, 3);
        final float[] ballots = {YES, NO, NO};
        assertThat(rule.pool(ballots, 0, 3, state)).as("alike before").isNegative();

        for (int i = 0; i < 1000; i++) {
            rule.learn(ballots, 0, 3, state, 1f);
        }
        assertThat(rule.pool(ballots, 0, 3, state)).isPositive();
        assertThat(rule.standing(state, 0)).isGreaterThan(0.98f).isLessThanOrEqualTo(1f);
        assertThat(rule.standing(state, 1)).isLessThan(0.02f).isNotNegative();
    }

    @Test
    void whoAbstainsKeepsItsStanding() {
        final float[] state = {0.3f, 0.7f};
        CountedVote.WEIGHTED.learn(new float[] {Float.NaN, YES}, 0, 2, state, 0f);

        assertThat(state[0]).isEqualTo(0.3f);
        assertThat(state[1]).isLessThan(0.7f);
    }
}
