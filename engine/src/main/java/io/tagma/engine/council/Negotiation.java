package io.tagma.engine.council;

/**
 * Finds an option that carries, if need be one that nobody proposed: the options are voted on; where none carries, a
 * compromise is drawn up from what the voters want and put to the vote against refusing it, for a bounded number of rounds.
 * Allocates nothing. Owned by one thread.
 *
 * <p>In the first round every voter chooses the option by which it loses least, the first of equals. From the second on there
 * is a <em>single negotiating text</em> (Raiffa, <em>The Art and Science of Negotiation</em>, 1982, ch. 14): a voter accepts
 * it where its loss is within its tolerance, else refuses.
 *
 * <ul>
 *   <li>The text is, per attribute, the weighted median of the voters' ideals. It minimises the sum of losses, no other value
 *       beats it attribute by attribute (Black, <em>J. Political Economy</em> 56, 1948), and nobody gains by misstating an
 *       ideal (Moulin, <em>Public Choice</em> 35, 1980).
 *   <li>Where it is refused, the say of those who refused doubles in the next text (multiplicative weights; Littlestone and
 *       Warmuth, 1994), which so moves towards them; and everyone's tolerance grows by the concession agreed on beforehand (a
 *       monotonic concession; Rosenschein and Zlotkin, <em>Rules of Encounter</em>, 1994).
 * </ul>
 *
 * <p>Both later steps give away the proof against misstatement, which holds for the second round alone.
 */
public final class Negotiation {
    /** In a round from the second on: to refuse the text. Listed first, so that a tie refuses. */
    public static final int REFUSE = 0;

    /** In a round from the second on: to accept the text. */
    public static final int ACCEPT = 1;

    private static final double MORE_SAY = 2.0;

    private final int maxRounds;
    private final float concession;
    private final Positions positions;
    private final BallotBox box;
    private final VoteCount count;
    private final double[] says;
    private final float[] texts;
    private final double[] shares;
    private final boolean[] dissents;
    private final Verdict[] verdicts;
    private int rounds;
    private int winner;

    /**
     * A table to negotiate at.
     *
     * @param positions of the voters; read at every {@link #run}
     * @param maxOptions the most options of a first round
     * @param maxRounds how often is voted at most, the first round among them; at least 1
     * @param concession what tolerance grows by from round to round, from the third on; 0 to 1
     */
    public Negotiation(final Positions positions, final int maxOptions, final int maxRounds, final float concession) {
        if (maxRounds < 1) {
            throw new IllegalArgumentException("a negotiation has 1 round at least: " + maxRounds);
        }
        if (!(concession >= 0f && concession <= 1f)) {
            throw new IllegalArgumentException("the concession must be 0 to 1: " + concession);
        }
        this.positions = positions;
        this.maxRounds = maxRounds;
        this.concession = concession;
        final int options = Math.max(2, maxOptions);
        box = new BallotBox(positions.maxVoters(), options);
        count = new VoteCount(options);
        says = new double[positions.maxVoters()];
        texts = new float[maxRounds * positions.attributes()];
        shares = new double[maxRounds];
        dissents = new boolean[maxRounds * positions.maxVoters()];
        verdicts = new Verdict[maxRounds];
    }

    /**
     * Negotiates; the course is in the getters until the next call.
     *
     * @param options attributes of each option, one option after the other
     * @param optionCount how many options
     * @param terms what a vote needs in every round
     * @return whether something carried
     */
    public boolean run(final float[] options, final int optionCount, final VoteTerms terms) {
        for (int i = 0; i < optionCount; i++) {
            positions.check(options, i * positions.attributes());
        }
        rounds = 0;
        winner = VoteCount.NO_WINNER;
        positions.says(says);
        open(optionCount);
        for (int i = 0; i < positions.voters(); i++) {
            box.choose(i, favourite(i, options, optionCount));
        }
        boolean carried = close(terms);
        if (carried) {
            winner = count.winner();
        }
        while (!carried && rounds < maxRounds) {
            carried = text(terms);
        }
        return carried;
    }

    private boolean text(final VoteTerms terms) {
        final int at = rounds * positions.attributes();
        positions.compromise(says, texts, at);
        open(2);
        for (int i = 0; i < positions.voters(); i++) {
            final float bears = positions.tolerance(i) + concession * (rounds - 1);
            final boolean accepts = positions.loss(i, texts, at) <= bears;
            box.choose(i, accepts ? ACCEPT : REFUSE);
            says[i] *= accepts ? 1.0 : MORE_SAY;
        }
        close(terms);
        return count.winner() == ACCEPT;
    }

    private void open(final int options) {
        box.open(positions.voters(), options);
        for (int i = 0; i < positions.voters(); i++) {
            box.weigh(i, positions.weight(i));
        }
    }

    private boolean close(final VoteTerms terms) {
        final Verdict verdict = count.run(box, terms);
        final boolean first = rounds == 0;
        verdicts[rounds] = verdict;
        shares[rounds] = first ? count.leaderShare() : share();
        for (int i = 0; i < positions.voters(); i++) {
            dissents[rounds * positions.maxVoters() + i] =
                    first ? box.option(i, 0) != count.leader() : box.option(i, 0) == REFUSE;
        }
        rounds++;
        return verdict.carried();
    }

    private double share() {
        final double all = count.tally(ACCEPT) + count.tally(REFUSE);
        return all == 0.0 ? 0.0 : count.tally(ACCEPT) / all;
    }

    private int favourite(final int voter, final float[] options, final int optionCount) {
        int best = 0;
        float least = Float.MAX_VALUE;
        for (int i = 0; i < optionCount; i++) {
            final float loss = positions.loss(voter, options, i * positions.attributes());
            if (loss < least) {
                least = loss;
                best = i;
            }
        }
        return best;
    }

    /** How often was voted. */
    public int rounds() {
        return rounds;
    }

    /** The option of the first round that carried, or {@link VoteCount#NO_WINNER}. */
    public int winner() {
        return winner;
    }

    /** What came of round {@code i}, from 0; from the second on a carried vote may have carried the refusal. */
    public Verdict verdict(final int i) {
        return verdicts[i];
    }

    /** Share of the votes of round {@code i} for its strongest option or for its text, in [0,1]. */
    public double share(final int i) {
        return shares[i];
    }

    /** Attribute {@code k} of the text of round {@code i}, which is 1 at least. */
    public float text(final int i, final int k) {
        return texts[i * positions.attributes() + k];
    }

    /** Whether a voter was against the strongest option or the text of round {@code i}. */
    public boolean dissented(final int i, final int voter) {
        return dissents[i * positions.maxVoters() + voter];
    }
}
