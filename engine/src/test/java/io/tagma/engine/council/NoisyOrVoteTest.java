package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What must hold of pooled ballots and of standings, whatever the ballots. */
class NoisyOrVoteTest {
    private static final int VOTERS = 5;

    private final NoisyOrVote rule = new NoisyOrVote();

    @Property(tries = 500)
    void oneStrongerAccusationNeverLowersTheResult(
            @ForAll @Size(VOTERS) final List<@FloatRange(min = -30f, max = 30f) Float> ballots,
            @ForAll @FloatRange(min = 0f, max = 10f) final float more,
            @ForAll @IntRange(max = VOTERS - 1) final int who) {
        final float[] state = learnt(3);
        final float[] cast = array(ballots);
        final float before = rule.pool(cast, 0, VOTERS, state);
        cast[who] += more;

        assertThat(rule.pool(cast, 0, VOTERS, state)).isGreaterThanOrEqualTo(before);
    }

    @Property(tries = 300)
    void poolsToFiniteLogOddsInAnyExtreme(@ForAll @Size(VOTERS) final List<Float> ballots) {
        final float pooled = rule.pool(array(ballots), 0, VOTERS, learnt(5));
        final boolean voted = ballots.stream().anyMatch(ballot -> !Float.isNaN(ballot));

        assertThat(Float.isFinite(pooled)).isEqualTo(voted);
    }

    @Property(tries = 200)
    void standingStaysBetweenZeroAndOne(
            @ForAll @Size(max = 300) final List<@FloatRange(min = -40f, max = 40f) Float> ballots,
            @ForAll final boolean guilty) {
        final float[] state = fresh(1);
        for (int i = 0; i < ballots.size(); i++) {
            rule.learn(new float[] {ballots.get(i)}, 0, 1, state, guilty || i % 7 == 0 ? 1f : 0f);
            assertThat(rule.standing(state, 0)).isBetween(0f, 1f);
        }
    }

    @Test
    void whoAbstainsChangesNothingAndLearnsNothing() {
        final float[] state = learnt(2);
        final float[] copy = state.clone();
        final float[] ballots = {1f, Float.NaN, -2f, Float.NaN, 0.5f};
        final float[] without = {1f, -2f, 0.5f};
        final float[] stateWithout = {
            state[0], state[1], state[2], state[6], state[7], state[8], state[12], state[13], state[14]
        };

        assertThat(rule.pool(ballots, 0, VOTERS, state)).isEqualTo(rule.pool(without, 0, 3, stateWithout));
        rule.learn(new float[] {Float.NaN, Float.NaN, Float.NaN, Float.NaN, Float.NaN}, 0, VOTERS, state, 1f);
        assertThat(state).isEqualTo(copy);
        assertThat(rule.pool(new float[] {Float.NaN}, 0, 1, fresh(1))).isNaN();
        assertThat(rule.pool(new float[0], 0, 0, fresh(0))).isNaN();
    }

    @Test
    void ballotsAreReadFromTheirOffset() {
        final float[] state = fresh(2);

        assertThat(rule.pool(new float[] {9f, 9f, 1f, 2f}, 2, 2, state))
                .isEqualTo(rule.pool(new float[] {1f, 2f}, 0, 2, state));
    }

    @Test
    void aCalibratedVoterGainsAndOneThatCriesWolfLoses() {
        final float[] state = fresh(2);
        for (int i = 0; i < 200_000; i++) {
            final boolean guilty = i % 10 == 0;
            // the first accuses the guilty; the second all alike
            rule.learn(new float[] {guilty ? 4f : -4f, 2f}, 0, 2, state, guilty ? 1f : 0f);
        }

        assertThat(rule.standing(state, 0)).isGreaterThan(0.95f);
        assertThat(rule.standing(state, 1)).isBetween(0.05f, 0.2f);
    }

    @Test
    void everyVoterBeginsWithTheSameStanding() {
        final float[] state = fresh(3);

        assertThat(state).hasSize(rule.stateFloats(3));
        for (int i = 0; i < 3; i++) {
            assertThat(rule.standing(state, i)).isEqualTo(NoisyOrVote.FIRST_STANDING);
        }
    }

    private float[] fresh(final int voters) {
        final float[] state = new float[rule.stateFloats(voters)];
        rule.init(state, voters);
        return state;
    }

    private float[] learnt(final int rounds) {
        final float[] state = fresh(VOTERS);
        for (int i = 0; i < rounds * 1000; i++) {
            rule.learn(new float[] {i % 5, -i % 3, 2f, -1f, 0f}, 0, VOTERS, state, i % 4 == 0 ? 1f : 0f);
        }
        return state;
    }

    private static float[] array(final List<Float> values) {
        final float[] made = new float[values.size()];
        for (int i = 0; i < made.length; i++) {
            made[i] = values.get(i);
        }
        return made;
    }
}
