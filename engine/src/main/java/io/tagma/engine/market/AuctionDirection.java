package io.tagma.engine.market;

/** Who pays whom in an auction. Immutable. */
public enum AuctionDirection {
    /** Bidders buy: a bid is what the bidder would pay at most, the highest wins and pays. */
    FORWARD(1),
    /** Bidders sell: a bid is an ask, what the bidder wants at least; the lowest wins and is paid. */
    PROCUREMENT(-1);

    private final int sign;

    AuctionDirection(final int sign) {
        this.sign = sign;
    }

    /** What turns a bid into a score of which the highest wins, and back: 1 or -1. */
    int sign() {
        return sign;
    }
}
