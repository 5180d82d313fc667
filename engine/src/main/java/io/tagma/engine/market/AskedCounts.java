package io.tagma.engine.market;

import io.tagma.engine.observe.Counter;

/** What one shard counts about auctions whose bids it asks for, since the launch, its replay included. Advanced by its thread, read by any. */
public final class AskedCounts {
    /** Auctions that awaited bids. */
    public final Counter opened = new Counter();

    /** Auctions of which those that ended since all had answered. */
    public final Counter answered = new Counter();

    /** Auctions of which those whose window was over first. */
    public final Counter ended = new Counter();

    /** Auctions that were decided at once on posted bids, since as many were open as there is room for. */
    public final Counter full = new Counter();

    /** Bids that counted, and answers that decline. */
    public final Counter bids = new Counter();

    /** Answers that say that there is no bid: its service failed or was not to be reached. */
    public final Counter unavailable = new Counter();

    /** Bids that came when their window was over. */
    public final Counter late = new Counter();

    /** Bids whose amount is none: not a number, negative, above {@link MicroCredits#MAX}, or no amount at all. */
    public final Counter malformed = new Counter();

    /** Bids after the first of the same bidder. */
    public final Counter duplicates = new Counter();

    /** Bids of somebody who was not asked, or for an auction that never was. */
    public final Counter unknown = new Counter();

    /** None yet. */
    public AskedCounts() {}

    /** Counts an answer by the code that {@link BidWindow#offer} gave it. */
    public void count(final int code) {
        switch (code) {
            case BidWindow.ACCEPTED -> bids.increment();
            case BidWindow.LATE -> late.increment();
            case BidWindow.MALFORMED -> malformed.increment();
            case BidWindow.DUPLICATE -> duplicates.increment();
            default -> unknown.increment();
        }
    }
}
