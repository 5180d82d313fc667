package io.tagma.engine.market;

/**
 * A resource of which there is only so much in a window of time (calls to an outside service, places in a GPU's batch), shared out by auction: who wants units
 * says how many and what one is worth to it, the highest bids get them, and all pay one price, the highest bid that gets nothing, or the
 * reserve. Owned by one thread; allocates nothing after it is made.
 *
 * <p>Who asks for one unit does best by the truth: the price is Vickrey's for several units of one kind (Krishna, <em>Auction Theory</em>, 2nd ed., ch. 12).
 * Who asks for more may lower the price by asking for fewer, as in any auction with one price. Credits move at once, from the bidder to the house; a
 * request that its bidder could not pay does not take part. Between equal bids the one that came first gets units first; a request may be filled in part.
 */
public final class ScarceResource {
    /** The request takes part. */
    public static final int OK = 0;
    /** As many requests wait as there is room for. */
    public static final int FULL = -1;
    /** No such account, no positive number of units, or the bid is no amount. */
    public static final int MALFORMED = -2;
    /** The bid is below the reserve. */
    public static final int BELOW_RESERVE = -3;
    /** The bidder has less than it bid for all its units. */
    public static final int OVERDRAFT = -4;

    private final CreditLedger ledger;
    private final int agents;
    private final int units;
    private final long reserveMicros;
    private final int[] bidders;
    private final int[] wanted;
    private final int[] granted;
    private final long[] bidsMicros;
    private int count;
    private long priceMicros;
    private int sold;

    /**
     * A resource with nobody asking.
     *
     * @param ledger whose accounts pay
     * @param agents known to the ledger
     * @param units to share out each time, at least 1
     * @param reserveMicros least price of a unit
     * @param capacity most requests at a time
     * @throws IllegalArgumentException naming what is out of range
     */
    public ScarceResource(
            final CreditLedger ledger,
            final int agents,
            final int units,
            final long reserveMicros,
            final int capacity) {
        if (agents < 1 || units < 1 || capacity < 1 || !MicroCredits.isValid(reserveMicros)) {
            throw new IllegalArgumentException("agents, units and capacity must be positive, reserveMicros 0 to "
                    + MicroCredits.MAX + ": " + agents + ", " + units + ", " + capacity + ", " + reserveMicros);
        }
        this.ledger = ledger;
        this.agents = agents;
        this.units = units;
        this.reserveMicros = reserveMicros;
        bidders = new int[capacity];
        wanted = new int[capacity];
        granted = new int[capacity];
        bidsMicros = new long[capacity];
    }

    /** Begins a window: nobody asks. */
    public void open() {
        count = 0;
        sold = 0;
        priceMicros = 0;
    }

    /**
     * Asks for units of the window.
     *
     * @param agent who asks
     * @param number of units
     * @param bidMicros what each is worth to it
     * @return {@link #OK}, or why the request takes no part
     */
    public int request(final int agent, final int number, final long bidMicros) {
        if (agent < 0 || agent >= agents || number < 1 || !MicroCredits.isValid(bidMicros)) {
            return MALFORMED;
        }
        if (bidMicros < reserveMicros) {
            return BELOW_RESERVE;
        }
        final long owed = promised(agent);
        // A product that would overflow is more than anybody has.
        if (bidMicros > 0 && number > (ledger.balanceMicros(CreditLedger.accountOf(agent)) - owed) / bidMicros) {
            return OVERDRAFT;
        }
        if (count == bidders.length) {
            return FULL;
        }
        bidders[count] = agent;
        wanted[count] = number;
        granted[count] = 0;
        bidsMicros[count++] = bidMicros;
        return OK;
    }

    private long promised(final int agent) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += bidders[i] == agent ? wanted[i] * bidsMicros[i] : 0;
        }
        return sum;
    }

    /**
     * Shares the units out and has them paid.
     *
     * @return how many were sold
     */
    public int clear() {
        int left = units;
        int next = best();
        while (left > 0 && next >= 0) {
            granted[next] = Math.min(left, wanted[next]);
            left -= granted[next];
            next = left > 0 ? best() : next;
        }
        sold = units - left;
        priceMicros = reserveMicros;
        for (int i = 0; i < count; i++) {
            if (granted[i] < wanted[i]) {
                priceMicros = Math.max(priceMicros, bidsMicros[i]);
            }
        }
        for (int i = 0; i < count; i++) {
            if (granted[i] > 0) {
                pay(i);
            }
        }
        return sold;
    }

    private void pay(final int i) {
        final int result =
                ledger.transfer(CreditLedger.accountOf(bidders[i]), CreditLedger.HOUSE, granted[i] * priceMicros);
        if (result != CreditLedger.OK) {
            throw new IllegalStateException("agent " + bidders[i] + " had " + granted[i] * priceMicros
                    + " micro-credits when it asked and has "
                    + ledger.balanceMicros(CreditLedger.accountOf(bidders[i]))
                    + " now: somebody has taken from it between request and clear");
        }
    }

    /** The best request that has got nothing yet, -1 for none. */
    private int best() {
        int best = -1;
        for (int i = 0; i < count; i++) {
            if (granted[i] == 0 && (best < 0 || bidsMicros[i] > bidsMicros[best])) {
                best = i;
            }
        }
        return best;
    }

    /** Requests that take part. */
    public int count() {
        return count;
    }

    /** What request {@code i}, in the order in which they were taken, got. */
    public int granted(final int i) {
        return granted[i];
    }

    /** What a unit costs, the same for all. */
    public long priceMicros() {
        return priceMicros;
    }

    /** Units sold. */
    public int sold() {
        return sold;
    }
}
