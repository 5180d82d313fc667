package io.tagma.engine.council;

import java.util.Arrays;

/**
 * One vote's roll and ballots: voters and options by number, used again and again without allocating. Owned by one thread.
 *
 * <p>Every voter has one ballot: a choice, a ranking (a choice is a ranking of one), or an abstention; any of them may carry a
 * veto. A ballot that says the same once more is dropped. One that says something else voids all that its voter said: who
 * tells two stories is believed in neither, and the count does not depend on the order in which ballots came.
 */
public final class BallotBox {
    private static final byte NONE = 0;
    private static final byte CAST = 1;
    private static final byte VOID = 2;

    private final int maxVoters;
    private final int maxOptions;
    private final double[] weights;
    private final byte[] states;
    private final int[] lengths;
    private final int[] rankings;
    private final boolean[] vetoes;
    private final int[] one = new int[1];
    private int voters;
    private int options;

    /**
     * An empty box.
     *
     * @param maxVoters the longest roll, at least 1
     * @param maxOptions the most options, at least 1
     */
    public BallotBox(final int maxVoters, final int maxOptions) {
        if (maxVoters < 1 || maxOptions < 1) {
            throw new IllegalArgumentException(
                    "a ballot box needs room for 1 voter and 1 option: " + maxVoters + " and " + maxOptions);
        }
        this.maxVoters = maxVoters;
        this.maxOptions = maxOptions;
        this.weights = new double[maxVoters];
        this.states = new byte[maxVoters];
        this.lengths = new int[maxVoters];
        this.rankings = new int[Math.multiplyExact(maxVoters, maxOptions)];
        this.vetoes = new boolean[maxVoters];
    }

    /**
     * Begins a vote; nobody has voted and every weight is 1.
     *
     * @param onRoll how many voters, numbered from 0
     * @param toVoteOn how many options, numbered from 0
     */
    public void open(final int onRoll, final int toVoteOn) {
        if (onRoll < 1 || onRoll > maxVoters || toVoteOn < 1 || toVoteOn > maxOptions) {
            throw new IllegalArgumentException("this ballot box holds 1 to " + maxVoters + " voters and 1 to "
                    + maxOptions + " options: " + onRoll + " and " + toVoteOn);
        }
        voters = onRoll;
        options = toVoteOn;
        Arrays.fill(weights, 0, onRoll, 1.0);
        Arrays.fill(states, 0, onRoll, NONE);
        Arrays.fill(vetoes, 0, onRoll, false);
    }

    /**
     * Sets what a voter's ballot weighs under {@link CountingRule#WEIGHTED}.
     *
     * @param weight finite and not negative
     */
    public void weigh(final int voter, final double weight) {
        if (!(weight >= 0.0 && weight <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("a voter's weight must be finite and at least 0: " + weight);
        }
        weights[voter] = weight;
    }

    /** Casts a choice; a {@link BallotCode}. */
    public int choose(final int voter, final int option) {
        one[0] = option;
        return rank(voter, one, 0, 1, false);
    }

    /** Casts an abstention, which counts for the quorum alone; a {@link BallotCode}. */
    public int abstain(final int voter, final boolean veto) {
        return outside(voter) ? BallotCode.NOT_ON_ROLL : cast(voter, one, 0, 0, veto);
    }

    /**
     * Casts a ranking.
     *
     * @param ranking options, the best first; not all need be ranked
     * @param offset of the best
     * @param length how many are ranked
     * @param veto whether the voter also stops the vote: nothing carries then
     * @return a {@link BallotCode}; anything but {@code ACCEPTED} and the codes of duplicates leaves the box as it was
     */
    public int rank(final int voter, final int[] ranking, final int offset, final int length, final boolean veto) {
        if (outside(voter)) {
            return BallotCode.NOT_ON_ROLL;
        }
        if (length < 1) {
            return BallotCode.EMPTY_RANKING;
        }
        for (int i = offset; i < offset + length; i++) {
            if (ranking[i] < 0 || ranking[i] >= options) {
                return BallotCode.UNKNOWN_OPTION;
            }
            for (int j = offset; j < i; j++) {
                if (ranking[j] == ranking[i]) {
                    return BallotCode.RANKED_TWICE;
                }
            }
        }
        return cast(voter, ranking, offset, length, veto);
    }

    private int cast(final int voter, final int[] ranking, final int offset, final int length, final boolean veto) {
        final int at = voter * maxOptions;
        if (states[voter] == NONE) {
            states[voter] = CAST;
            lengths[voter] = length;
            vetoes[voter] = veto;
            System.arraycopy(ranking, offset, rankings, at, length);
            return BallotCode.ACCEPTED;
        }
        if (states[voter] == CAST
                && vetoes[voter] == veto
                && lengths[voter] == length
                && same(ranking, offset, at, length)) {
            return BallotCode.REPEATED;
        }
        states[voter] = VOID;
        return BallotCode.EQUIVOCATED;
    }

    private boolean same(final int[] ranking, final int offset, final int at, final int length) {
        for (int i = 0; i < length; i++) {
            if (ranking[offset + i] != rankings[at + i]) {
                return false;
            }
        }
        return true;
    }

    private boolean outside(final int voter) {
        return voter < 0 || voter >= voters;
    }

    /** How many are on the roll. */
    public int voters() {
        return voters;
    }

    /** How many options are voted on. */
    public int options() {
        return options;
    }

    /** The most voters that there is room for. */
    public int maxVoters() {
        return maxVoters;
    }

    /** The most options that there is room for. */
    public int maxOptions() {
        return maxOptions;
    }

    /** What voter {@code i} weighs. */
    public double weight(final int i) {
        return weights[i];
    }

    /** Whether voter {@code i} said two things and so none. */
    public boolean equivocated(final int i) {
        return states[i] == VOID;
    }

    /** Whether a valid ballot of voter {@code i} is there, be it an abstention. */
    public boolean present(final int i) {
        return states[i] == CAST;
    }

    /** Whether a valid ballot of voter {@code i} stops the vote. */
    public boolean vetoed(final int i) {
        return states[i] == CAST && vetoes[i];
    }

    /** How many options voter {@code i} ranked: 0 where it abstained, stayed away or equivocated. */
    public int ranked(final int i) {
        return states[i] == CAST ? lengths[i] : 0;
    }

    /** The option that voter {@code i} put at {@code place}, 0 being its first; {@code place} is below {@link #ranked}. */
    public int option(final int i, final int place) {
        return rankings[i * maxOptions + place];
    }
}
