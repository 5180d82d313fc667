package io.tagma.engine.shard;

/**
 * The number of a request for a bid: four fields, the highest bit of which no other request has set. Stateless.
 *
 * <pre>
 *    63   62   61                              22   21       12   11        0
 *   +----+----+----------------------------------+-------------+-------------+
 *   | 0  | 1  |        auction, from 1           |    slot     |   bidder    |
 *   +----+----+----------------------------------+-------------+-------------+
 * </pre>
 *
 * With bidder 0 it stands for the auction.
 */
final class BidNumber {
    /** Slots that it has room for. */
    static final int SLOTS = 1 << 10;

    private static final long BID = 1L << 62;
    private static final int SLOT_SHIFT = 12;
    private static final int NUMBER_SHIFT = 22;
    private static final int BIDDERS = (1 << SLOT_SHIFT) - 1;

    private BidNumber() {}

    static long of(final long auction, final int slot) {
        return BID | auction << NUMBER_SHIFT | (long) slot << SLOT_SHIFT;
    }

    /** Whether a request was one for a bid. */
    static boolean isBid(final long id) {
        return id > 0 && (id & BID) != 0;
    }

    /** Whether a request is one of an auction's. */
    static boolean isOf(final long auction, final long id) {
        return (id & ~BIDDERS) == auction;
    }

    static long auction(final long id) {
        return (id & ~BID) >>> NUMBER_SHIFT;
    }

    static int slot(final long id) {
        return (int) (id >>> SLOT_SHIFT) & (SLOTS - 1);
    }

    static int bidder(final long id) {
        return (int) id & BIDDERS;
    }
}
