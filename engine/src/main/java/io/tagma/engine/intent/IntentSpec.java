package io.tagma.engine.intent;

import io.tagma.engine.council.VoteRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.BidWindow;
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
 * @param windowNs in an auction, how long bids that come from outside the shard are awaited, up to {@link #MAX_WINDOW_NS}; 0 where bids are
 *     posted and cleared at once
 */
public record IntentSpec(
        String name,
        String capability,
        Protocol protocol,
        float reviewAt,
        float declineAt,
        @Nullable AuctionTerms terms,
        @Nullable VoteRule voteRule,
        long windowNs) {
    /** Longest window: an hour. */
    public static final long MAX_WINDOW_NS = 3_600_000_000_000L;

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

    /** Checks the thresholds and the window. */
    public IntentSpec {
        if (!(reviewAt >= 0f && reviewAt <= declineAt && declineAt <= 1f)) {
            throw new IllegalArgumentException("intent '" + name + "' needs 0 <= reviewAt <= declineAt <= 1, got "
                    + reviewAt + " and " + declineAt);
        }
        if (windowNs < 0 || windowNs > MAX_WINDOW_NS) {
            throw new IllegalArgumentException("intent '" + name + "' needs a windowNs of 0, which awaits no bids, to "
                    + MAX_WINDOW_NS + ", e.g. " + BidWindow.DEFAULT_WINDOW_NS + ": " + windowNs);
        }
        if (windowNs > 0 && (protocol != Protocol.AUCTION || terms == null)) {
            throw new IllegalArgumentException(
                    "intent '" + name + "' awaits bids, so it needs AuctionTerms: use IntentSpec.asked(...)");
        }
    }

    /** An intent whose tasks are auctioned. */
    public static IntentSpec auctioned(final String name, final String capability) {
        return new IntentSpec(name, capability, Protocol.AUCTION, 1f, 1f, null, null, 0);
    }

    /** An intent whose tasks are auctioned under these terms: the award is a contract, its price moves in the ledger. */
    public static IntentSpec traded(final String name, final String capability, final AuctionTerms terms) {
        return new IntentSpec(name, capability, Protocol.AUCTION, 1f, 1f, terms, null, 0);
    }

    /**
     * As {@link #traded}, but bids may come from outside the shard ({@link io.tagma.engine.agent.Agent#requestBid}): the decision is made when all
     * who were asked have answered, or when the window is over.
     *
     * @param windowNs how long bids are awaited, on the engine's clock from when they are asked for; 1 to {@link #MAX_WINDOW_NS}
     */
    public static IntentSpec asked(
            final String name, final String capability, final AuctionTerms terms, final long windowNs) {
        if (windowNs < 1) {
            throw new IllegalArgumentException("intent '" + name + "' needs a window of 1 to " + MAX_WINDOW_NS
                    + " ns, e.g. " + BidWindow.DEFAULT_WINDOW_NS + ": " + windowNs);
        }
        return new IntentSpec(name, capability, Protocol.AUCTION, 1f, 1f, terms, null, windowNs);
    }

    /** As {@link #asked(String, String, AuctionTerms, long)}, with a window of 15 ms. */
    public static IntentSpec asked(final String name, final String capability, final AuctionTerms terms) {
        return asked(name, capability, terms, BidWindow.DEFAULT_WINDOW_NS);
    }

    /** Whether bids from outside the shard are awaited. */
    public boolean isAsked() {
        return windowNs > 0;
    }

    /** An intent on which the capable vote. */
    public static IntentSpec voted(
            final String name, final String capability, final float reviewAt, final float declineAt) {
        return new IntentSpec(name, capability, Protocol.VOTE, reviewAt, declineAt, null, null, 0);
    }

    /** An intent on which the capable vote by a rule of its own. */
    public static IntentSpec voted(
            final String name,
            final String capability,
            final float reviewAt,
            final float declineAt,
            final VoteRule rule) {
        return new IntentSpec(name, capability, Protocol.VOTE, reviewAt, declineAt, null, rule, 0);
    }

    /** The action for a probability. */
    public int action(final float probability) {
        if (probability >= declineAt) {
            return REFUSE;
        }
        return probability >= reviewAt ? REVIEW : ALLOW;
    }
}
