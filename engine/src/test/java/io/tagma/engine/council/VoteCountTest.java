package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Every rule by hand-counted examples: what carries, what does not, and why. */
class VoteCountTest {
    private final BallotBox box = new BallotBox(10, 5);
    private final VoteCount count = new VoteCount(5);

    private Verdict choices(final VoteTerms terms, final int options, final int... choices) {
        box.open(choices.length, options);
        for (int i = 0; i < choices.length; i++) {
            assertThat(choices[i] < 0 ? box.abstain(i, false) : box.choose(i, choices[i]))
                    .isEqualTo(BallotCode.ACCEPTED);
        }
        return count.run(box, terms);
    }

    private Verdict rankings(final CountingRule rule, final int options, final int[]... rankings) {
        box.open(rankings.length, options);
        for (int i = 0; i < rankings.length; i++) {
            assertThat(box.rank(i, rankings[i], 0, rankings[i].length, false)).isEqualTo(BallotCode.ACCEPTED);
        }
        return count.run(box, VoteTerms.of(rule));
    }

    private static int[] of(final int... ranking) {
        return ranking;
    }

    @Test
    void aPluralityNeedsNoMajorityAndATieGoesToTheFirstListed() {
        assertThat(choices(VoteTerms.of(CountingRule.PLURALITY), 3, 2, 2, 2, 1, 1, 0))
                .isEqualTo(Verdict.CARRIED);
        assertThat(count.winner()).isEqualTo(2);
        assertThat(count.dissents(box, 3)).isTrue();
        assertThat(count.dissents(box, 0)).isFalse();
        assertThat(choices(VoteTerms.of(CountingRule.PLURALITY), 3, 2, 1, 2, 1, 0))
                .isEqualTo(Verdict.CARRIED_ON_TIE);
        assertThat(count.winner()).isEqualTo(1);
    }

    @Test
    void aMajorityIsMoreThanHalfOfTheVotesCast() {
        final VoteTerms majority = VoteTerms.of(CountingRule.MAJORITY);
        assertThat(choices(majority, 2, 0, 0, 1, 1)).isEqualTo(Verdict.BELOW_THRESHOLD);
        assertThat(count.winner()).isEqualTo(VoteCount.NO_WINNER);
        assertThat(count.leader()).isZero();
        assertThat(choices(majority, 2, 0, 0, 1, -1)).isEqualTo(Verdict.CARRIED);
        assertThat(count.turnout()).isEqualTo(1.0);
        assertThat(count.dissents(box, 3)).as("who abstains does not dissent").isFalse();
    }

    @Test
    void threeOfFiveAreExactlySixtyPerCent() {
        final VoteTerms terms = VoteTerms.of(CountingRule.SUPERMAJORITY).withThreshold(0.6);
        assertThat(choices(terms, 2, 0, 0, 0, 1, 1)).isEqualTo(Verdict.CARRIED);
        assertThat(choices(terms, 3, 0, 0, 0, 1, 1, 2, 2)).isEqualTo(Verdict.BELOW_THRESHOLD);
        assertThat(count.leaderShare()).isCloseTo(0.43, within(0.005));
        final VoteTerms standard = VoteTerms.of(CountingRule.SUPERMAJORITY);
        assertThat(choices(standard, 2, 0, 0, 1)).as("two thirds").isEqualTo(Verdict.CARRIED);
        assertThat(choices(standard, 2, 0, 0, 0, 1, 1)).isEqualTo(Verdict.BELOW_THRESHOLD);
    }

    @Test
    void unanimityMindsVotesAndNotAbstentions() {
        final VoteTerms unanimous = VoteTerms.of(CountingRule.UNANIMOUS);
        assertThat(choices(unanimous, 2, 1, 1, -1)).isEqualTo(Verdict.CARRIED);
        assertThat(choices(unanimous, 2, 1, 1, 0)).isEqualTo(Verdict.BELOW_THRESHOLD);
        assertThat(choices(unanimous, 2, -1, -1)).isEqualTo(Verdict.NO_VOTES);
    }

    @Test
    void weightsCountUnderTheWeightedRuleAlone() {
        box.open(3, 2);
        box.weigh(0, 5.0);
        box.choose(0, 0);
        box.choose(1, 1);
        box.choose(2, 1);
        assertThat(count.run(box, VoteTerms.of(CountingRule.WEIGHTED))).isEqualTo(Verdict.CARRIED);
        assertThat(count.winner()).isZero();
        assertThat(count.tally(0)).isEqualTo(5.0);
        assertThat(count.run(box, VoteTerms.of(CountingRule.WEIGHTED).withThreshold(0.75)))
                .isEqualTo(Verdict.BELOW_THRESHOLD);
        assertThat(count.run(box, VoteTerms.of(CountingRule.MAJORITY))).isEqualTo(Verdict.CARRIED);
        assertThat(count.winner()).isEqualTo(1);
    }

    @Test
    void weightsThatAreNoneAreRefusedByTheirValue() {
        box.open(1, 1);
        for (final double weight : new double[] {-1.0, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> box.weigh(0, weight))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Double.toString(weight));
        }
    }

    @Test
    void withoutAQuorumNothingCarriesAndAbstentionsHelpToReachIt() {
        final VoteTerms terms = VoteTerms.of(CountingRule.PLURALITY).withQuorum(0.5);
        box.open(4, 2);
        box.choose(0, 1);
        assertThat(count.run(box, terms)).isEqualTo(Verdict.NO_QUORUM);
        assertThat(count.turnout()).isEqualTo(0.25);
        assertThat(count.dissents(box, 0)).isFalse();
        box.abstain(1, false);
        assertThat(count.run(box, terms)).isEqualTo(Verdict.CARRIED);
        assertThat(count.turnout()).isEqualTo(0.5);
    }

    @Test
    void aVetoStopsWhatWouldCarry() {
        box.open(3, 2);
        box.choose(0, 0);
        box.choose(1, 0);
        box.rank(2, of(1), 0, 1, true);
        assertThat(count.run(box, VoteTerms.of(CountingRule.MAJORITY))).isEqualTo(Verdict.VETOED);
        assertThat(count.winner()).isEqualTo(VoteCount.NO_WINNER);
        assertThat(count.tally(1)).as("the vetoer's ballot counts").isEqualTo(1.0);
        box.choose(2, 0);
        assertThat(count.run(box, VoteTerms.of(CountingRule.MAJORITY)))
                .as("an equivocator's veto does not count")
                .isEqualTo(Verdict.CARRIED);
    }

    @Test
    void ballotsThatAreNoneLeaveTheBoxAsItWas() {
        box.open(2, 3);
        assertThat(box.choose(2, 0)).isEqualTo(BallotCode.NOT_ON_ROLL);
        assertThat(box.choose(-1, 0)).isEqualTo(BallotCode.NOT_ON_ROLL);
        assertThat(box.abstain(7, true)).isEqualTo(BallotCode.NOT_ON_ROLL);
        assertThat(box.choose(0, 3)).isEqualTo(BallotCode.UNKNOWN_OPTION);
        assertThat(box.rank(0, of(1, 2, 1), 0, 3, false)).isEqualTo(BallotCode.RANKED_TWICE);
        assertThat(box.rank(0, of(), 0, 0, false)).isEqualTo(BallotCode.EMPTY_RANKING);
        assertThat(box.present(0)).isFalse();
        assertThat(box.choose(0, 2)).isEqualTo(BallotCode.ACCEPTED);
    }

    @Test
    void anEquivocatorHasNoBallotWhicheverCameFirst() {
        box.open(3, 2);
        box.choose(0, 0);
        assertThat(box.choose(0, 0)).isEqualTo(BallotCode.REPEATED);
        box.choose(1, 1);
        box.choose(2, 1);
        assertThat(box.choose(2, 0)).isEqualTo(BallotCode.EQUIVOCATED);
        assertThat(box.choose(2, 1)).isEqualTo(BallotCode.EQUIVOCATED);
        assertThat(box.equivocated(2)).isTrue();
        count.run(box, VoteTerms.of(CountingRule.PLURALITY));
        assertThat(count.tally(0)).isEqualTo(1.0);
        assertThat(count.tally(1)).isEqualTo(1.0);
        assertThat(count.turnout()).isCloseTo(2.0 / 3, within(1e-15));
    }

    /** Tennessee's capital: Memphis 42, Nashville 26, Knoxville 17, Chattanooga 15, in tenths of ten voters. */
    @Test
    void theRankedRulesDifferOnOneProfile() {
        final int[] memphis = of(0, 1, 3, 2);
        final int[] nashville = of(1, 3, 2, 0);
        final int[] knoxville = of(2, 3, 1, 0);
        final int[] chattanooga = of(3, 2, 1, 0);
        final int[][] profile = {
            memphis, memphis, memphis, memphis, nashville, nashville, nashville, knoxville, knoxville, chattanooga
        };
        assertThat(rankings(CountingRule.CONDORCET, 4, profile)).isEqualTo(Verdict.CARRIED);
        assertThat(count.winner()).isEqualTo(1);
        assertThat(count.tally(1)).isEqualTo(3.0);
        rankings(CountingRule.BORDA, 4, profile);
        assertThat(count.winner()).isEqualTo(1);
        assertThat(new double[] {count.tally(0), count.tally(1), count.tally(2), count.tally(3)})
                .containsExactly(12.0, 20.0, 11.0, 17.0);
        // Chattanooga goes first and makes Knoxville three, level with Nashville; the one listed last, Knoxville, goes.
        assertThat(rankings(CountingRule.IRV, 4, profile)).isEqualTo(Verdict.CARRIED_ON_TIE);
        assertThat(count.winner()).isEqualTo(1);
        assertThat(count.tally(1)).isEqualTo(6.0);
        rankings(CountingRule.PLURALITY, 4, profile);
        assertThat(count.winner()).isZero();
    }

    @Test
    void aCycleIsFoundAndItsMembersNamed() {
        assertThat(rankings(CountingRule.CONDORCET, 4, of(0, 1, 2, 3), of(1, 2, 0, 3), of(2, 0, 1, 3)))
                .isEqualTo(Verdict.CYCLE);
        assertThat(count.winner()).isEqualTo(VoteCount.NO_WINNER);
        assertThat(count.inCycle(0) && count.inCycle(1) && count.inCycle(2)).isTrue();
        assertThat(count.inCycle(3)).isFalse();
        assertThat(rankings(CountingRule.CONDORCET, 2, of(0, 1), of(1, 0)))
                .as("a draw is no cycle")
                .isEqualTo(Verdict.NO_CONDORCET_WINNER);
        assertThat(count.inCycle(0)).isFalse();
    }

    @Test
    void aBallotThatRunsOutStopsCounting() {
        assertThat(rankings(CountingRule.IRV, 3, of(2), of(0, 1), of(0, 1), of(1, 0), of(1, 0), of(1, 0)))
                .isEqualTo(Verdict.CARRIED);
        assertThat(count.winner()).isEqualTo(1);
        assertThat(count.tally(2)).as("as it stood when it was taken out").isEqualTo(1.0);
    }

    @Test
    void termsRefuseWhatIsNoShare() {
        final VoteTerms terms = VoteTerms.of(CountingRule.MAJORITY);
        assertThatThrownBy(() -> terms.withQuorum(1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> terms.withQuorum(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> terms.withThreshold(-0.1)).hasMessageContaining("-0.1");
        assertThatThrownBy(() -> CountingRule.of("approval")).hasMessageContaining("plurality, majority");
        assertThat(Arrays.stream(CountingRule.values()).map(rule -> CountingRule.of(rule.label())))
                .containsExactly(CountingRule.values());
    }
}
