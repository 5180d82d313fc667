package io.tagma.engine.market;

import java.util.Arrays;

/**
 * One auction for which bids are asked and awaited: takes them until the window is over or everybody has answered. A state
 * machine without thread and clock: each step is told the time. Owned by the shard's thread; allocates nothing after it is made.
 */
public final class BidWindow {
    /** How long bids are awaited where nothing else is said: 15 ms. */
    public static final long DEFAULT_WINDOW_NS = 15_000_000;

    /** The bid counts. */
    public static final int ACCEPTED = 0;
    /** It came when the window was over or for an auction that is no more; counted, and does not count. */
    public static final int LATE = -1;
    /** Its amount is neither an amount nor {@link #DECLINE}; counted, and the bidder may bid again. */
    public static final int MALFORMED = -2;
    /** The bidder has bid or declined before; the first stands. */
    public static final int DUPLICATE = -3;
    /** No such bidder was asked. */
    public static final int UNKNOWN_BIDDER = -4;

    /** An answer that is no bid. */
    public static final long DECLINE = -1;

    private static final long UNANSWERED = -2;

    private final long windowNs;
    private final long[] bidsMicros;
    private int bidders;
    private int answered;
    private long auction;
    private long deadlineNs;
    private boolean open;
    private long late;
    private long malformed;
    private long duplicates;

    /**
     * Closed at first.
     *
     * @param maxBidders most that one auction asks, at least 1
     * @param windowNs how long bids are awaited, more than 0
     */
    public BidWindow(final int maxBidders, final long windowNs) {
        if (maxBidders < 1 || windowNs < 1) {
            throw new IllegalArgumentException(
                    "maxBidders and windowNs must be positive: " + maxBidders + ", " + windowNs);
        }
        this.windowNs = windowNs;
        this.bidsMicros = new long[maxBidders];
    }

    /**
     * Begins to wait for the bids of an auction.
     *
     * @param number of the auction; each has one of its own
     * @param count bidders that are asked
     * @return false when another is open, or {@code count} is more than there is room for
     */
    public boolean open(final long number, final int count, final long nowNs) {
        if (open || count < 0 || count > bidsMicros.length) {
            return false;
        }
        Arrays.fill(bidsMicros, 0, count, UNANSWERED);
        auction = number;
        bidders = count;
        answered = 0;
        deadlineNs = nowNs + windowNs;
        open = true;
        return true;
    }

    /**
     * An answer came.
     *
     * @param bidMicros 0 to {@link MicroCredits#MAX}, or {@link #DECLINE}
     * @return {@link #ACCEPTED}, or why it does not count
     */
    public int offer(final long number, final int bidder, final long bidMicros, final long nowNs) {
        // Compared by difference: a monotonic clock may wrap.
        if (!open || number != auction || nowNs - deadlineNs >= 0) {
            late++;
            return LATE;
        }
        if (bidder < 0 || bidder >= bidders) {
            malformed++;
            return UNKNOWN_BIDDER;
        }
        if (bidMicros != DECLINE && !MicroCredits.isValid(bidMicros)) {
            malformed++;
            return MALFORMED;
        }
        if (bidsMicros[bidder] != UNANSWERED) {
            duplicates++;
            return DUPLICATE;
        }
        bidsMicros[bidder] = bidMicros;
        answered++;
        return ACCEPTED;
    }

    /** Whether there is nothing more to wait for: all have answered, or the window is over. */
    public boolean isDue(final long nowNs) {
        return open && (answered == bidders || nowNs - deadlineNs >= 0);
    }

    /**
     * Ends the waiting and clears what came.
     *
     * @return index of the winner, or {@link Clearing#NO_WINNER}, also where none is open
     */
    public int close(final AuctionTerms terms, final Clearing result) {
        final int count = open ? bidders : 0;
        open = false;
        return terms.clear(bidsMicros, count, result);
    }

    /** Whether bids are awaited. */
    public boolean isOpen() {
        return open;
    }

    /** When the window is over, on the clock that {@link #open} was told. */
    public long deadlineNs() {
        return deadlineNs;
    }

    /** Answers that came too late, since this was made. */
    public long late() {
        return late;
    }

    /** Answers that were no bid or of nobody who was asked, since this was made. */
    public long malformed() {
        return malformed;
    }

    /** Answers after the first of the same bidder, since this was made. */
    public long duplicates() {
        return duplicates;
    }
}
