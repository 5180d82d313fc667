package io.tagma.engine.intent;

import io.tagma.engine.council.VoteRule;
import io.tagma.engine.market.AuctionTerms;
import org.jspecify.annotations.Nullable;

/**
 * One kind of task the engine can be asked for: which capability it needs and how those who have it come to one answer.
 * Immutable.
 *
 * @param name unique in the catalogue
 * @param capability what an agent must have to be a candidate
 * @param protocol auction or vote
 * @param reviewAt in a vote, the probability from which the action is {@link #REVIEW}; 0 to 1
 * @param declineAt in a vote, the probability from which the action is {@link #REFUSE}; {@code reviewAt} to 1
 * @param terms in an auction, the rule, direction and reserve by which it is cleared and paid in credits; null for the highest bid
 *     weighed by standing, without payment
 * @param voteRule in a vote, how ballots become one answer; null for the engine's rule
 */
public record IntentSpec(
        String name,
        String capability,
        Protocol protocol,
        float reviewAt,
        float declineAt,
        @Nullable AuctionTerms terms,
        @Nullable VoteRule voteRule) {
    /** Let it pass. */
    public static final int ALLOW = 0;

    /** Have somebody look at it. */
    public static final int REVIEW = 1;

    /** Do not let it pass. */
    public static final int REFUSE = 2;

    /** How candidates come to one answer. */
    public enum Protocol {
        /** A sealed-bid auction finds the one agent that handles the task. */
        AUCTION,
        /** Every candidate casts a ballot, weighed by its reputation. */
        VOTE
    }

    /** Checks the thresholds. */
    public IntentSpec {
        if (!(reviewAt >= 0f && reviewAt <= declineAt && declineAt <= 1f)) {
            throw new IllegalArgumentException("intent '" + name + "' needs 0 <= reviewAt <= declineAt <= 1, got "
                    + reviewAt + " and " + declineAt);
        }
    }

    /** An intent whose tasks are auctioned. */
    public static IntentSpec auctioned(final String name, final String capability) {
        return new IntentSpec(name, capability, Protocol.AUCTION, 1f, 1f, null, null);
    }

    /** An intent whose tasks are auctioned under these terms: the award is a contract, its price moves in the ledger. */
    public static IntentSpec traded(final String name, final String capability, final AuctionTerms terms) {
        return new IntentSpec(name, capability, Protocol.AUCTION, 1f, 1f, terms, null);
    }

    /** An intent on which the capable vote. */
    public static IntentSpec voted(
            final String name, final String capability, final float reviewAt, final float declineAt) {
        return new IntentSpec(name, capability, Protocol.VOTE, reviewAt, declineAt, null, null);
    }

    /** An intent on which the capable vote by a rule of its own. */
    public static IntentSpec voted(
            final String name,
            final String capability,
            final float reviewAt,
            final float declineAt,
            final VoteRule rule) {
        return new IntentSpec(name, capability, Protocol.VOTE, reviewAt, declineAt, null, rule);
    }

    /** The action for a probability. */
    public int action(final float probability) {
        if (probability >= declineAt) {
            return REFUSE;
        }
        return probability >= reviewAt ? REVIEW : ALLOW;
    }
}
