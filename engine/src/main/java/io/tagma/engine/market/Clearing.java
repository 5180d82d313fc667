package io.tagma.engine.market;

/** What came of one item's auction. Filled by {@link AuctionTerms#clear}; owned by who asked, reused for the next. */
public final class Clearing {
    /** Nobody bid within the reserve. */
    public static final int NO_WINNER = -1;

    private int winner = NO_WINNER;
    private long bidMicros;
    private long priceMicros;
    private int admitted;
    private int refused;

    /** An empty one. */
    public Clearing() {}

    void set(final int winnerIndex, final long bid, final long price) {
        this.winner = winnerIndex;
        this.bidMicros = bid;
        this.priceMicros = price;
    }

    void count(final int admittedBids, final int refusedBids) {
        this.admitted = admittedBids;
        this.refused = refusedBids;
    }

    /** Index of the winning bid, or {@link #NO_WINNER}. */
    public int winner() {
        return winner;
    }

    /** What the winner bid; 0 without one. */
    public long bidMicros() {
        return bidMicros;
    }

    /** What the winner pays (forward) or is paid (procurement); 0 without one. */
    public long priceMicros() {
        return priceMicros;
    }

    /** What the winner gains, if its bid was its value: never negative. */
    public long surplusMicros() {
        return Math.abs(bidMicros - priceMicros);
    }

    /** Bids that took part: valid and within the reserve. */
    public int admitted() {
        return admitted;
    }

    /** Bids above {@link MicroCredits#MAX} or outside the reserve. A negative bid declines and is not counted. */
    public int refused() {
        return refused;
    }
}
