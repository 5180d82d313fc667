package io.tagma.engine.market;

import java.util.Arrays;

/**
 * An auction of several items with bids on bundles: exact winners and Vickrey-Clarke-Groves payments. Owned by one thread; its
 * tables grow to the largest market cleared and are kept.
 *
 * <p>A bidder's bids exclude each other (XOR, Nisan 2006); each item goes to one bidder at most. The allocation of the highest
 * welfare is found by dynamic programming over sets of items (Rothkopf, Pekec and Harstad, Management Science 44, 1998), a table
 * for the bidders before each and one for those from it on, so that the welfare without a bidder, which Clarke's payment needs
 * (Clarke 1971; Groves 1973), is one pass over both. Time {@code O((bids + bidders) * 2^items)}. Between allocations of one welfare
 * the lower bidder wins, with the bid that it gave first.
 *
 * <p>The reserve is a price for each item: what it is worth to the seller, or the most that the buyer pays for it. The budget is
 * not balanced: who runs the auction receives or pays the sum of payments; no winner pays more than it bid or gets less than it
 * asked. In procurement without a reserve as many items as can be are bought, then as cheaply as can be; a seller without whom fewer could be
 * bought has no Clarke payment and is paid its ask, which need not be truthful: set a reserve.
 */
public final class CombinatorialAuction {
    /** Most items. */
    public static final int MAX_ITEMS = 16;
    /** Most bidders. */
    public static final int MAX_BIDDERS = 64;
    /** Most bids, all bidders together. */
    public static final int MAX_BIDS = 1_024;

    /** Taken, or cleared. */
    public static final int OK = 0;
    /** More than {@link #MAX_BIDS}. */
    public static final int TOO_MANY_BIDS = -1;
    /** A bidder's number is not below {@link #MAX_BIDDERS}. */
    public static final int TOO_MANY_BIDDERS = -2;
    /** The bundle is empty or has items that are not for sale. */
    public static final int UNKNOWN_ITEMS = -3;
    /** The value is no amount. */
    public static final int MALFORMED = -4;
    /** The bidder has bid for these items before; the first stands. */
    public static final int DUPLICATE = -5;

    /** The bidder gets nothing. */
    public static final int LOSES = -1;

    // An item that can be bought is worth more than any price: 16 times the largest ask is below 2^54, 16 times this
    // below 2^61.
    private static final long BOUGHT = 1L << 56;

    private final int[] bidders = new int[MAX_BIDS];
    private final int[] bundles = new int[MAX_BIDS];
    private final long[] valuesMicros = new long[MAX_BIDS];
    private final int[] order = new int[MAX_BIDS];
    private final int[] firstOf = new int[MAX_BIDDERS + 1];
    private final int[] won = new int[MAX_BIDDERS];
    private final long[] paymentsMicros = new long[MAX_BIDDERS];
    private long[] before = {};
    private long[] from = {};
    private AuctionDirection direction = AuctionDirection.FORWARD;
    private long reserveMicros;
    private int items;
    private int bids;
    private int agents;

    /** Without bids; {@link #begin} comes first. */
    public CombinatorialAuction() {}

    /**
     * Begins a market.
     *
     * @param itemCount 1 to {@link #MAX_ITEMS}
     * @param reserve for each item, or {@link AuctionTerms#NO_RESERVE}
     * @throws IllegalArgumentException when one of them is out of range
     */
    public void begin(final int itemCount, final AuctionDirection way, final long reserve) {
        if (itemCount < 1 || itemCount > MAX_ITEMS) {
            throw new IllegalArgumentException("winners are found exactly for 1 to " + MAX_ITEMS + " items: "
                    + itemCount + "; split the market, or sell item by item with a rule for one item");
        }
        if (reserve != AuctionTerms.NO_RESERVE && !MicroCredits.isValid(reserve)) {
            throw new IllegalArgumentException(
                    "reserve must be 0 to " + MicroCredits.MAX + ", or NO_RESERVE (-1): " + reserve);
        }
        items = itemCount;
        direction = way;
        reserveMicros = reserve;
        bids = 0;
        agents = 0;
    }

    /**
     * Takes a bid.
     *
     * @param bidder 0 to {@link #MAX_BIDDERS} - 1
     * @param bundle bit {@code i} set where item {@code i} is in it
     * @param valueMicros what the bundle is worth, or what is asked for it
     * @return {@link #OK}, or why it is not taken
     */
    public int bid(final int bidder, final int bundle, final long valueMicros) {
        if (bidder < 0 || bidder >= MAX_BIDDERS) {
            return TOO_MANY_BIDDERS;
        }
        if (bundle <= 0 || bundle >= 1 << items) {
            return UNKNOWN_ITEMS;
        }
        if (!MicroCredits.isValid(valueMicros)) {
            return MALFORMED;
        }
        for (int i = 0; i < bids; i++) {
            if (bidders[i] == bidder && bundles[i] == bundle) {
                return DUPLICATE;
            }
        }
        if (bids == MAX_BIDS) {
            return TOO_MANY_BIDS;
        }
        bidders[bids] = bidder;
        bundles[bids] = bundle;
        valuesMicros[bids++] = valueMicros;
        agents = Math.max(agents, bidder + 1);
        return OK;
    }

    /** Finds winners and payments. */
    public void clear() {
        sortByBidder();
        final int sets = 1 << items;
        if (before.length < (agents + 1) * sets) {
            before = new long[(agents + 1) * sets];
            from = new long[(agents + 1) * sets];
        }
        Arrays.fill(before, 0, sets, 0);
        Arrays.fill(from, agents * sets, (agents + 1) * sets, 0);
        for (int a = 0; a < agents; a++) {
            extend(before, a * sets, (a + 1) * sets, a);
        }
        for (int a = agents - 1; a >= 0; a--) {
            extend(from, (a + 1) * sets, a * sets, a);
        }
        assign();
        for (int a = 0; a < agents; a++) {
            paymentsMicros[a] = won[a] == LOSES ? 0 : payment(a);
        }
    }

    private void sortByBidder() {
        Arrays.fill(firstOf, 0, agents + 1, 0);
        for (int i = 0; i < bids; i++) {
            firstOf[bidders[i] + 1]++;
        }
        for (int a = 0; a < agents; a++) {
            firstOf[a + 1] += firstOf[a];
        }
        // Counted from behind, so that a bidder's bids stay in the order in which they came.
        for (int i = bids - 1; i >= 0; i--) {
            order[--firstOf[bidders[i] + 1]] = i;
        }
        for (int a = 0; a < agents; a++) {
            firstOf[a] = firstOf[a + 1];
        }
        firstOf[agents] = bids;
    }

    /** The best for every set of items with one bidder more. A table's entry is the best for any part of its set. */
    private void extend(final long[] table, final int source, final int target, final int bidder) {
        final int sets = 1 << items;
        System.arraycopy(table, source, table, target, sets);
        for (int k = firstOf[bidder]; k < firstOf[bidder + 1]; k++) {
            final int bundle = bundles[order[k]];
            final long gain = gain(order[k]);
            final int rest = (sets - 1) & ~bundle;
            // Every subset of the other items, the empty one last.
            for (int others = rest; ; others = (others - 1) & rest) {
                final int set = others | bundle;
                table[target + set] = Math.max(table[target + set], table[source + others] + gain);
                if (others == 0) {
                    break;
                }
            }
        }
    }

    /** What a bid adds to welfare beyond keeping, or not buying, its items. */
    private long gain(final int bid) {
        final int count = Integer.bitCount(bundles[bid]);
        if (direction == AuctionDirection.FORWARD) {
            return valuesMicros[bid] - count * Math.max(0, reserveMicros);
        }
        return count * (reserveMicros == AuctionTerms.NO_RESERVE ? BOUGHT : reserveMicros) - valuesMicros[bid];
    }

    private void assign() {
        final int sets = 1 << items;
        int left = sets - 1;
        for (int a = 0; a < agents; a++) {
            won[a] = LOSES;
            for (int k = firstOf[a]; k < firstOf[a + 1] && won[a] == LOSES; k++) {
                final int bundle = bundles[order[k]];
                if ((bundle & ~left) == 0
                        && gain(order[k]) + from[(a + 1) * sets + (left & ~bundle)] == from[a * sets + left]) {
                    won[a] = order[k];
                }
            }
            left &= won[a] == LOSES ? left : ~bundles[won[a]];
        }
    }

    private long payment(final int bidder) {
        final int sets = 1 << items;
        long without = Long.MIN_VALUE;
        for (int set = 0; set < sets; set++) {
            without = Math.max(without, before[bidder * sets + set] + from[(bidder + 1) * sets + (sets - 1 & ~set)]);
        }
        final long contribution = from[sets - 1] - without;
        final long value = valuesMicros[won[bidder]];
        if (direction == AuctionDirection.FORWARD) {
            return value - contribution;
        }
        // Half an item: asks alone never come to that.
        return contribution > BOUGHT / 2 ? value : value + contribution;
    }

    /** Bidders known: the highest number that bid, and one. */
    public int bidders() {
        return agents;
    }

    /** Which of its bids a bidder won with, in the order of all bids taken, or {@link #LOSES}. */
    public int wonBid(final int bidder) {
        return won[bidder];
    }

    /** The items that a bidder won as bits; 0 for none. */
    public int wonBundle(final int bidder) {
        return won[bidder] == LOSES ? 0 : bundles[won[bidder]];
    }

    /** What its winning bid said; 0 for none. */
    public long wonValueMicros(final int bidder) {
        return won[bidder] == LOSES ? 0 : valuesMicros[won[bidder]];
    }

    /** What a bidder pays (forward) or is paid (procurement); 0 where it loses. */
    public long paymentMicros(final int bidder) {
        return paymentsMicros[bidder];
    }

    /** Sum of the winning bids. */
    public long winningValueMicros() {
        long sum = 0;
        for (int a = 0; a < agents; a++) {
            sum += wonValueMicros(a);
        }
        return sum;
    }

    /** Sum of the payments: the budget of who runs the auction, which the rule does not balance. */
    public long paymentSumMicros() {
        long sum = 0;
        for (int a = 0; a < agents; a++) {
            sum += paymentsMicros[a];
        }
        return sum;
    }
}
