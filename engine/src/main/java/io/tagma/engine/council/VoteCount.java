package io.tagma.engine.council;

import java.util.Arrays;

/**
 * Counts a vote: what comes out is a function of the box and the terms alone, kept here until the next count. Allocates
 * nothing. Owned by one thread.
 *
 * <p>Weights are added in the order of the roll, so that a weighted count has the same bits on every machine.
 */
public final class VoteCount {
    /** No option carried. */
    public static final int NO_WINNER = -1;

    private final double[] tally;
    private final RankedCount ranked;
    private Verdict verdict = Verdict.NO_VOTES;
    private int winner = NO_WINNER;
    private int leader = NO_WINNER;
    private double turnout;
    private double cast;

    /** A count of votes on at most {@code maxOptions}. */
    public VoteCount(final int maxOptions) {
        tally = new double[maxOptions];
        ranked = new RankedCount(maxOptions);
    }

    /** Counts; the result is in the getters until the next call. */
    public Verdict run(final BallotBox box, final VoteTerms terms) {
        final CountingRule rule = terms.rule();
        Arrays.fill(tally, 0, box.options(), 0.0);
        winner = NO_WINNER;
        leader = NO_WINNER;
        attendance(box, rule.weighs());
        verdict = cast == 0.0 ? Verdict.NO_VOTES : count(box, terms);
        if (verdict.carried() && !(turnout >= terms.quorum())) {
            verdict = Verdict.NO_QUORUM;
        }
        if (verdict.carried() && vetoed(box)) {
            verdict = Verdict.VETOED;
        }
        if (verdict.carried()) {
            winner = leader;
        }
        return verdict;
    }

    private void attendance(final BallotBox box, final boolean weighs) {
        double roll = 0.0;
        double present = 0.0;
        cast = 0.0;
        for (int i = 0; i < box.voters(); i++) {
            final double weight = weighs ? box.weight(i) : 1.0;
            roll += weight;
            if (box.present(i)) {
                present += weight;
                cast += box.ranked(i) > 0 ? weight : 0.0;
            }
        }
        turnout = roll == 0.0 ? 0.0 : present / roll;
    }

    private Verdict count(final BallotBox box, final VoteTerms terms) {
        return switch (terms.rule()) {
            case BORDA -> {
                ranked.borda(box, tally);
                yield strongest(box.options());
            }
            case IRV -> {
                leader = ranked.instantRunOff(box, tally);
                yield ranked.tied() ? Verdict.CARRIED_ON_TIE : Verdict.CARRIED;
            }
            case CONDORCET -> {
                leader = ranked.condorcet(box, tally);
                yield leader != NO_WINNER
                        ? Verdict.CARRIED
                        : ranked.cycles() ? Verdict.CYCLE : Verdict.NO_CONDORCET_WINNER;
            }
            default -> choices(box, terms);
        };
    }

    private Verdict choices(final BallotBox box, final VoteTerms terms) {
        final boolean weighs = terms.rule().weighs();
        for (int i = 0; i < box.voters(); i++) {
            if (box.ranked(i) > 0) {
                tally[box.option(i, 0)] += weighs ? box.weight(i) : 1.0;
            }
        }
        final Verdict strongest = strongest(box.options());
        return terms.reached(tally[leader], cast) ? strongest : Verdict.BELOW_THRESHOLD;
    }

    private Verdict strongest(final int options) {
        int best = 0;
        boolean tied = false;
        for (int i = 1; i < options; i++) {
            tied = tally[i] == tally[best] || (tied && tally[i] < tally[best]);
            best = tally[i] > tally[best] ? i : best;
        }
        leader = best;
        return tied ? Verdict.CARRIED_ON_TIE : Verdict.CARRIED;
    }

    private static boolean vetoed(final BallotBox box) {
        for (int i = 0; i < box.voters(); i++) {
            if (box.vetoed(i)) {
                return true;
            }
        }
        return false;
    }

    /** Why it came out so. */
    public Verdict verdict() {
        return verdict;
    }

    /** The option that carried, or {@link #NO_WINNER}. */
    public int winner() {
        return winner;
    }

    /** The strongest option, whether it carried or not, or {@link #NO_WINNER} without votes or without one that beats all. */
    public int leader() {
        return leader;
    }

    /**
     * What option {@code i} has: heads or weight; points under Borda; under instant run-off the ballots it stood with when it
     * was taken out or when the count ended; under Condorcet the options that it beats, a draw being half a one.
     */
    public double tally(final int i) {
        return tally[i];
    }

    /** Share of the leader's votes in the votes cast; 0 without a leader. Of use where ballots are choices. */
    public double leaderShare() {
        return leader == NO_WINNER ? 0.0 : tally[leader] / cast;
    }

    /** Share of the roll, in weight or in heads, that cast a valid ballot, abstentions among them, in [0,1]. */
    public double turnout() {
        return turnout;
    }

    /** Whether voter {@code i}'s first preference is another than what carried; never so where nothing did. */
    public boolean dissents(final BallotBox box, final int i) {
        return winner != NO_WINNER && box.ranked(i) > 0 && box.option(i, 0) != winner;
    }

    /** Whether option {@code i} is in a circle of the strongest; of use after {@link Verdict#CYCLE}. */
    public boolean inCycle(final int i) {
        return verdict == Verdict.CYCLE && ranked.inCycle(i);
    }
}
