package io.tagma.engine.council;

/**
 * What a vote needs to carry. Immutable.
 *
 * @param rule how ballots are counted
 * @param threshold share in (0,1] that {@link CountingRule#SUPERMAJORITY} and {@link CountingRule#WEIGHTED} want at least, or
 *     {@link #NO_THRESHOLD}: then two thirds, or more than half; other rules pay it no heed
 * @param quorum share in [0,1] of the roll that must have cast a valid ballot, abstentions among them
 */
public record VoteTerms(CountingRule rule, double threshold, double quorum) {
    /** The rule's own. */
    public static final double NO_THRESHOLD = 0.0;

    /** What a supermajority is where nothing is said. */
    public static final double TWO_THIRDS = 2.0 / 3.0;

    private static final double HALF = 0.5;

    /**
     * Checks the shares.
     *
     * @throws IllegalArgumentException when one is out of its range or NaN
     */
    public VoteTerms {
        if (!(threshold >= 0.0 && threshold <= 1.0)) {
            throw new IllegalArgumentException("threshold must be above 0 and at most 1, e.g. 0.6: " + threshold);
        }
        if (!(quorum >= 0.0 && quorum <= 1.0)) {
            throw new IllegalArgumentException("quorum must be 0 to 1, e.g. 0.5: " + quorum);
        }
    }

    /** The rule with its own threshold and no quorum: one ballot suffices. */
    public static VoteTerms of(final CountingRule rule) {
        return new VoteTerms(rule, NO_THRESHOLD, 0.0);
    }

    /** These terms with a threshold in (0,1]. */
    public VoteTerms withThreshold(final double share) {
        return new VoteTerms(rule, share, quorum);
    }

    /** These terms with a quorum in [0,1]. */
    public VoteTerms withQuorum(final double share) {
        return new VoteTerms(rule, threshold, share);
    }

    /**
     * Whether {@code votes} of {@code cast} are enough for a rule that asks for a share. A share is divided, not multiplied
     * out: 3 of 5 is then exactly the threshold that is written 0.6.
     */
    boolean reached(final double votes, final double cast) {
        return switch (rule) {
            case MAJORITY -> votes / cast > HALF;
            case SUPERMAJORITY -> votes / cast >= (threshold == NO_THRESHOLD ? TWO_THIRDS : threshold);
            case WEIGHTED -> threshold == NO_THRESHOLD ? votes / cast > HALF : votes / cast >= threshold;
            case UNANIMOUS -> votes == cast;
            default -> true;
        };
    }
}
