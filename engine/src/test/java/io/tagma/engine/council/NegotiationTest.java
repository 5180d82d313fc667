package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where no option carries, one that nobody proposed may. */
class NegotiationTest {
    private static final float[] OPTIONS = {0.9f, 0.9f, 0.1f, 0.5f, 0.5f, 0.1f};
    private static final VoteTerms SIXTY =
            VoteTerms.of(CountingRule.SUPERMAJORITY).withThreshold(0.6);

    /** Seven voters in three camps; {@code tolerance} is everyone's. */
    static Positions camps(final float tolerance) {
        final float[][] ideals = {
            {0.8f, 0.8f}, {0.9f, 0.7f}, {1f, 1f}, {0.1f, 0.5f}, {0.2f, 0.6f}, {0.5f, 0.2f}, {0.6f, 0.1f}
        };
        final Positions positions = new Positions(7, false, false);
        for (final float[] ideal : ideals) {
            positions.add(ideal, new float[] {1f, 1f}, tolerance);
        }
        return positions;
    }

    @Test
    void aHybridCarriesWhereNoOptionDid() {
        final Negotiation table = new Negotiation(camps(0.26f), 3, 4, 0f);
        assertThat(table.run(OPTIONS, 3, SIXTY)).isTrue();
        assertThat(table.rounds()).isEqualTo(2);
        assertThat(table.verdict(0)).isEqualTo(Verdict.BELOW_THRESHOLD);
        assertThat(table.share(0)).isCloseTo(0.43, within(0.005));
        assertThat(table.share(1)).isCloseTo(0.71, within(0.005));
        assertThat(table.winner()).as("none of the options").isEqualTo(VoteCount.NO_WINNER);
        assertThat(table.text(1, 0)).isEqualTo(0.6f);
        assertThat(table.text(1, 1)).isEqualTo(0.6f);
        int dissents = 0;
        for (int voter = 0; voter < 7; voter++) {
            dissents += table.dissented(1, voter) ? 1 : 0;
        }
        assertThat(dissents).isEqualTo(2);
        assertThat(table.dissented(1, 2) && table.dissented(1, 3)).isTrue();
    }

    @Test
    void anOptionThatCarriesNeedsNoText() {
        final Negotiation table = new Negotiation(camps(0f), 3, 4, 0f);
        assertThat(table.run(OPTIONS, 3, VoteTerms.of(CountingRule.PLURALITY))).isTrue();
        assertThat(table.rounds()).isEqualTo(1);
        assertThat(table.winner()).isZero();
    }

    @Test
    void roundsAreBoundedAndWhoRefusesHasMoreSay() {
        final Negotiation table = new Negotiation(camps(0.05f), 3, 5, 0f);
        assertThat(table.run(OPTIONS, 3, VoteTerms.of(CountingRule.UNANIMOUS))).isFalse();
        assertThat(table.rounds()).isEqualTo(5);
        assertThat(table.winner()).isEqualTo(VoteCount.NO_WINNER);

        final Positions two = new Positions(3, false);
        two.add(new float[] {0f}, new float[] {1f}, 0.1f);
        two.add(new float[] {0f}, new float[] {1f}, 0.1f);
        two.add(new float[] {1f}, new float[] {1f}, 0.1f);
        final Negotiation swings = new Negotiation(two, 2, 4, 0f);
        assertThat(swings.run(new float[] {0f, 1f}, 2, VoteTerms.of(CountingRule.UNANIMOUS)))
                .isFalse();
        assertThat(swings.text(1, 0)).isZero();
        assertThat(swings.text(3, 0))
                .as("refused twice, it has the say of four")
                .isEqualTo(1f);
    }

    @Test
    void concessionsLetALaterRoundCarry() {
        final Negotiation stubborn = new Negotiation(camps(0.2f), 3, 6, 0f);
        final Negotiation yielding = new Negotiation(camps(0.2f), 3, 6, 0.1f);
        final VoteTerms all = VoteTerms.of(CountingRule.UNANIMOUS);
        assertThat(stubborn.run(OPTIONS, 3, all)).isFalse();
        assertThat(yielding.run(OPTIONS, 3, all)).isTrue();
        assertThat(yielding.rounds()).isBetween(3, 6);
    }

    @Test
    void categoriesAreNotAveraged() {
        final Positions positions = new Positions(3, true, false);
        positions.add(new float[] {0f, 0f}, new float[] {1f, 0f}, 1f);
        positions.add(new float[] {2f, 1f}, new float[] {3f, 1f}, 1f);
        positions.add(new float[] {2f, 0.5f}, new float[] {3f, 1f}, 1f);
        final Negotiation table = new Negotiation(positions, 2, 2, 0f);
        assertThat(table.run(new float[] {0f, 0f, 1f, 1f}, 2, VoteTerms.of(CountingRule.UNANIMOUS)))
                .isTrue();
        assertThat(table.text(1, 0)).isEqualTo(2f);
        assertThat(table.text(1, 1)).as("who has no stake has no say").isEqualTo(0.5f);
    }

    /** The text minimises the sum of losses: no other one among many random ones is better. */
    @Test
    void noOtherTextLosesLess() {
        final Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            final int voters = 1 + random.nextInt(9);
            final Positions positions = new Positions(voters, false, true, false);
            final double[] says = new double[voters];
            for (int i = 0; i < voters; i++) {
                positions.add(
                        new float[] {random.nextFloat(), random.nextInt(3), random.nextFloat()},
                        new float[] {random.nextFloat() + 0.01f, random.nextFloat(), random.nextFloat()},
                        0f);
                says[i] = 1 + random.nextInt(4);
            }
            final float[] text = new float[3];
            positions.compromise(says, text, 0);
            final double least = loss(positions, says, text);
            for (int other = 0; other < 50; other++) {
                final float[] rival = {random.nextFloat(), random.nextInt(3), random.nextFloat()};
                assertThat(loss(positions, says, rival)).isGreaterThanOrEqualTo(least - 1e-4);
            }
        }
    }

    private static double loss(final Positions positions, final double[] says, final float[] option) {
        double sum = 0.0;
        for (int i = 0; i < positions.voters(); i++) {
            sum += says[i] * positions.loss(i, option, 0);
        }
        return sum;
    }

    @Test
    void positionsThatMakeNoSenseAreRefused() {
        final Positions positions = new Positions(1, false);
        assertThatThrownBy(() -> positions.add(new float[] {1.5f}, new float[] {1f}, 0f))
                .hasMessageContaining("1.5");
        assertThatThrownBy(() -> positions.add(new float[] {0.5f}, new float[] {0f}, 0f))
                .hasMessageContaining("stakes");
        assertThatThrownBy(() -> positions.add(new float[] {0.5f}, new float[] {1f}, Float.NaN))
                .hasMessageContaining("tolerance");
    }
}
