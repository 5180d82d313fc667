package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FraudVoteTest {
    private static final float NOTHING = -7f;

    private final float[] memory = new float[FraudVote.MEMORY_LENGTH];

    @Test
    void oneVoterAloneCanConvict() {
        assertThat(pool(NOTHING, NOTHING, 3f, 1f, 1f, 1f)).isGreaterThan(2.9f);
        assertThat(pool(NOTHING, NOTHING, NOTHING, 1f, 1f, 1f)).isLessThan(-5f);
    }

    @Test
    void aVoterWithoutReputationHasNoVoice() {
        final float without = pool(-1f, -2f, NOTHING, 1f, 1f, 1f);
        assertThat(pool(-1f, -2f, 9f, 1f, 1f, 0f)).isCloseTo(without, within(0.01f));
        assertThat(pool(9f, 9f, 9f, 0f, 0f, 0f)).isLessThan(-15f);
    }

    @Test
    void isMonotoneInBallotsAndReputations() {
        float previous = -100f;
        for (float ballot = -16f; ballot < 16f; ballot += 0.25f) {
            final float verdict = pool(ballot, -3f, -3f, 0.8f, 1f, 1f);
            assertThat(verdict).isGreaterThanOrEqualTo(previous);
            previous = verdict;
        }
        assertThat(pool(1f, 1f, 1f, 0.5f, 0.5f, 0.5f)).isLessThan(pool(1f, 1f, 1f, 0.5f, 0.5f, 0.6f));
    }

    @Test
    void verdictsStayFinite() {
        assertThat(pool(80f, 80f, 80f, 1f, 1f, 1f)).isFinite();
        assertThat(pool(-80f, -80f, -80f, 1f, 1f, 1f)).isFinite();
    }

    @Test
    void aCalibratedVoterEarnsFullReputationAndOneThatCriesWolfHalf() {
        assertThat(reputationAfter(1.0)).isGreaterThan(0.95f);
        assertThat(reputationAfter(0.5)).isCloseTo(0.5f, within(0.05f));
        assertThat(reputationAfter(0.0)).isLessThan(0.02f);
    }

    @Test
    void startsInTheMiddle() {
        FraudVote.begin(memory, 0);
        assertThat(FraudVote.reputation(memory, 0)).isCloseTo(FraudVote.FIRST_REPUTATION, within(1e-3f));
    }

    private float reputationAfter(final double fraudsPerProbability) {
        final SplitMix64 random = new SplitMix64();
        random.reset(9, 0, 0);
        FraudVote.begin(memory, 0);
        for (int i = 0; i < 100_000; i++) {
            final float ballot = (float) (random.nextDouble() * 6 - 4);
            final boolean fraud = random.nextDouble() < FraudMath.sigmoid(ballot) * fraudsPerProbability;
            FraudVote.remember(memory, 0, ballot, fraud ? 1f : 0f);
        }
        return FraudVote.reputation(memory, 0);
    }

    private static float pool(
            final float a, final float b, final float c, final float ra, final float rb, final float rc) {
        return FraudVote.pool(new float[] {a, b, c}, 0, new float[] {ra, rb, rc}, 0, 3);
    }
}
