package io.tagma.engine.intent;

/**
 * One kind of task the engine can be asked for: which capability it needs and how those who have it come to one answer.
 * Immutable.
 *
 * @param name unique in the catalogue
 * @param capability what an agent must have to be a candidate
 * @param protocol auction or vote
 * @param reviewAt in a vote, the probability from which the action is {@link #REVIEW}; 0 to 1
 * @param declineAt in a vote, the probability from which the action is {@link #REFUSE}; {@code reviewAt} to 1
 */
public record IntentSpec(String name, String capability, Protocol protocol, float reviewAt, float declineAt) {
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
        return new IntentSpec(name, capability, Protocol.AUCTION, 1f, 1f);
    }

    /** An intent on which the capable vote. */
    public static IntentSpec voted(
            final String name, final String capability, final float reviewAt, final float declineAt) {
        return new IntentSpec(name, capability, Protocol.VOTE, reviewAt, declineAt);
    }

    /** The action for a probability. */
    public int action(final float probability) {
        if (probability >= declineAt) {
            return REFUSE;
        }
        return probability >= reviewAt ? REVIEW : ALLOW;
    }
}
