package io.tagma.engine.market;

/**
 * Sells several slots to bidders that want one each, by Vickrey-Clarke-Groves: the highest welfare and the payments that make the truth
 * dominant. Owned by one thread; allocates nothing after it is made.
 *
 * <p>A bid is the worth of one delivery; slot {@code s} delivers with weight {@code w(s)}. Welfare, the sum of weight times bid, is highest with the
 * bids in falling order. By a deviation that leaves out bidder {@code s} all behind it move up one slot, so Clarke's payment for a delivery in slot {@code s} is
 * {@code sum over j >= s of (w(j) - w(j+1)) * bid(j+1), divided by w(s)}, the first bid without a slot being the last of the sum (Edelman, Ostrovsky and
 * Schwarz, American Economic Review 97, 2007, sec. II; Varian, International Journal of Industrial Organization 25, 2007). It is paid for each delivery and
 * nothing otherwise, which is the same in expectation. Exact in integers; a forward price is rounded down to a micro-credit, in procurement up, so that
 * it never leaves the side of the winner. Where there is no bid for a place in the sum, the reserve stands there, without one 0.
 *
 * <p>In procurement the lowest asks fill the slots, the same with the sign turned; the reserve is what a delivery is worth to the buyer. A tie goes to the
 * lower index. Time {@code O(bids * slots)}.
 */
public final class SlotClearing {
    private final int[] winners = new int[SlotWeights.MAX_SLOTS + 1];
    private final long[] scores = new long[SlotWeights.MAX_SLOTS + 1];
    private final long[] pricesMicros = new long[SlotWeights.MAX_SLOTS];
    private int sign = 1;
    private int ranked;
    private int filled;
    private int admitted;
    private int refused;

    /** An empty one. */
    public SlotClearing() {}

    /**
     * Clears the first {@code count} bids.
     *
     * @param terms with rule {@link AuctionRule#VCG}
     * @param bidsMicros a bid for each bidder; negative where it declines
     * @return how many slots have a winner
     */
    public int clear(final AuctionTerms terms, final long[] bidsMicros, final int count) {
        sign = terms.direction().sign();
        ranked = 0;
        admitted = 0;
        refused = 0;
        final int most = terms.slots().count() + 1; // the best that gets nothing sets prices too
        for (int i = 0; i < count; i++) {
            final long bid = bidsMicros[i];
            if (terms.admits(bid)) {
                admitted++;
                rank(i, sign * bid, most);
            } else {
                refused += bid < 0 ? 0 : 1;
            }
        }
        filled = Math.min(ranked, terms.slots().count());
        price(terms);
        return filled;
    }

    private void rank(final int bidder, final long score, final int most) {
        if (ranked == most && score <= scores[most - 1]) {
            return;
        }
        int at = ranked == most ? most - 1 : ranked++;
        // Strictly greater: of equal bids the one that came first stays before.
        while (at > 0 && score > scores[at - 1]) {
            scores[at] = scores[at - 1];
            winners[at] = winners[at - 1];
            at--;
        }
        scores[at] = score;
        winners[at] = bidder;
    }

    private void price(final AuctionTerms terms) {
        final SlotWeights slots = terms.slots();
        final long reserve = terms.reserveMicros() == AuctionTerms.NO_RESERVE ? 0 : terms.reserveMicros();
        // Weight times amount is up to 10^21: kept as whole credits and the rest, each of which fits a long.
        long credits = 0;
        long rest = 0;
        for (int s = filled - 1; s >= 0; s--) {
            final int weight = slots.ppm(s);
            final long next = s + 1 < ranked ? sign * scores[s + 1] : uncontested(terms, s, reserve);
            final int step = weight - (s + 1 < filled ? slots.ppm(s + 1) : 0);
            credits += step * (next / MicroCredits.PER_CREDIT);
            rest += step * (next % MicroCredits.PER_CREDIT);
            final long carried = credits % weight * MicroCredits.PER_CREDIT + rest;
            final long up = sign > 0 ? 0 : weight - 1L;
            pricesMicros[s] = credits / weight * MicroCredits.PER_CREDIT + (carried + up) / weight;
        }
    }

    /** In procurement without a reserve, which only a single slot may be, there is no price but the winner's own ask. */
    private long uncontested(final AuctionTerms terms, final int slot, final long reserve) {
        return terms.direction() == AuctionDirection.PROCUREMENT && terms.reserveMicros() == AuctionTerms.NO_RESERVE
                ? sign * scores[slot]
                : reserve;
    }

    /** Slots with a winner, from the best. */
    public int filled() {
        return filled;
    }

    /** Index of the bidder that wins a slot below {@link #filled}. */
    public int winner(final int slot) {
        return winners[slot];
    }

    /** What the winner of a slot bid. */
    public long bidMicros(final int slot) {
        return sign * scores[slot];
    }

    /** What the winner of a slot pays (forward) or is paid (procurement) for a delivery. */
    public long priceMicros(final int slot) {
        return pricesMicros[slot];
    }

    /** Bids that took part. */
    public int admitted() {
        return admitted;
    }

    /** Bids above {@link MicroCredits#MAX} or outside the reserve. */
    public int refused() {
        return refused;
    }
}
