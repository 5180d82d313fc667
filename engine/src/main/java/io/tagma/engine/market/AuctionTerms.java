package io.tagma.engine.market;

/**
 * The terms under which one item is sold or bought, and the pure function that clears it: what comes out depends on the bids
 * alone, a tie goes to the lower index. Immutable, allocates nothing.
 *
 * <p>With a clock ({@link AuctionRule#ENGLISH}, {@link AuctionRule#DUTCH}) prices lie on the reserve plus or minus whole
 * increments, on whole increments where there is no reserve. An increment of 0 is a continuous clock: English then gives the
 * price of Vickrey, Dutch that of first price. Among those whom one step of the clock cannot tell apart the better bid wins.
 *
 * <p>A single bidder pays the reserve under Vickrey and English, which is 0 in a forward auction without one. In procurement
 * without a reserve there is no price but its own ask, and it is paid that; so where bidders are few, set a reserve.
 *
 * @param rule how the winner and the price are found
 * @param direction whether the highest bid wins and pays, or the lowest wins and is paid
 * @param reserveMicros least that is accepted (forward) or most that is paid (procurement), or {@link #NO_RESERVE}
 * @param incrementMicros step of the clock, 0 for a continuous one; other rules do not look at it
 * @param slots what {@link AuctionRule#VCG} sells at a time, {@link SlotWeights#ONE} with all other rules
 */
public record AuctionTerms(
        AuctionRule rule, AuctionDirection direction, long reserveMicros, long incrementMicros, SlotWeights slots) {
    /** Forward: 0. Procurement: any ask. */
    public static final long NO_RESERVE = -1;

    /**
     * Checks the amounts.
     *
     * @throws IllegalArgumentException when the reserve or the increment is out of range
     */
    public AuctionTerms {
        if (reserveMicros != NO_RESERVE && !MicroCredits.isValid(reserveMicros)) {
            throw new IllegalArgumentException(
                    "reserveMicros must be 0 to " + MicroCredits.MAX + ", or NO_RESERVE (-1): " + reserveMicros);
        }
        if (!MicroCredits.isValid(incrementMicros)) {
            throw new IllegalArgumentException(
                    "incrementMicros must be 0 to " + MicroCredits.MAX + ": " + incrementMicros);
        }
        if (slots.count() > 1 && rule != AuctionRule.VCG) {
            throw new IllegalArgumentException(
                    rule + " has one winner, not " + slots.count() + ": sell several slots by AuctionRule.VCG");
        }
        if (slots.count() > 1 && direction == AuctionDirection.PROCUREMENT && reserveMicros == NO_RESERVE) {
            throw new IllegalArgumentException("to fill " + slots.count()
                    + " slots needs a reserve, what one is worth: without it a seller nobody can replace has no price");
        }
    }

    /** Terms for one item. */
    public AuctionTerms(
            final AuctionRule rule,
            final AuctionDirection direction,
            final long reserveMicros,
            final long incrementMicros) {
        this(rule, direction, reserveMicros, incrementMicros, SlotWeights.ONE);
    }

    /** Terms without reserve and increment. */
    public static AuctionTerms of(final AuctionRule rule, final AuctionDirection direction) {
        return new AuctionTerms(rule, direction, NO_RESERVE, 0);
    }

    /** Terms on which several slots are sold or filled together, by {@link AuctionRule#VCG}. */
    public static AuctionTerms vcg(
            final AuctionDirection direction, final long reserveMicros, final SlotWeights slots) {
        return new AuctionTerms(AuctionRule.VCG, direction, reserveMicros, 0, slots);
    }

    /** Whether a bid takes part: 0 to {@link MicroCredits#MAX} and within the reserve. */
    public boolean admits(final long bidMicros) {
        return MicroCredits.isValid(bidMicros)
                && (reserveMicros == NO_RESERVE || direction.sign() * bidMicros >= direction.sign() * reserveMicros);
    }

    /**
     * Clears the first {@code count} bids.
     *
     * @param bidsMicros a bid for each bidder; negative where it declines
     * @param result is filled
     * @return index of the winner, or {@link Clearing#NO_WINNER}
     */
    public int clear(final long[] bidsMicros, final int count, final Clearing result) {
        final int sign = direction.sign();
        int winner = Clearing.NO_WINNER;
        int admitted = 0;
        int refused = 0;
        long best = Long.MIN_VALUE;
        long next = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            final long bid = bidsMicros[i];
            if (!admits(bid)) {
                refused += bid < 0 ? 0 : 1;
                continue;
            }
            admitted++;
            final long score = sign * bid;
            if (score > best) {
                next = best;
                best = score;
                winner = i;
            } else if (score > next) {
                next = score;
            }
        }
        result.count(admitted, refused);
        if (winner == Clearing.NO_WINNER) {
            result.set(winner, 0, 0);
        } else {
            result.set(winner, sign * best, sign * price(best, next, admitted > 1));
        }
        return winner;
    }

    // Everything is a score here: the sign turned, so that both directions are one.
    private long price(final long best, final long next, final boolean contested) {
        return switch (rule) {
            case FIRST_PRICE -> best;
            case VICKREY, VCG -> contested ? next : uncontested(best);
            case ENGLISH -> contested ? lastCall(best, next) : uncontested(best);
            case DUTCH -> stepAtOrBelow(best);
        };
    }

    private long uncontested(final long best) {
        if (reserveMicros != NO_RESERVE) {
            return direction.sign() * reserveMicros;
        }
        return direction == AuctionDirection.FORWARD ? 0 : best;
    }

    /** The first step that the second does not go along with; where that is too much for the winner too, the step before. */
    private long lastCall(final long best, final long next) {
        if (incrementMicros == 0) {
            return next;
        }
        final long call = stepAtOrBelow(next) + incrementMicros;
        return call <= best ? call : call - incrementMicros;
    }

    private long stepAtOrBelow(final long score) {
        if (incrementMicros == 0) {
            return score;
        }
        final long from = reserveMicros == NO_RESERVE ? 0 : direction.sign() * reserveMicros;
        return from + Math.floorDiv(score - from, incrementMicros) * incrementMicros;
    }

    /** Terms for one item read as they did before there were several: journals name them. */
    @Override
    public String toString() {
        return "AuctionTerms[rule=" + rule + ", direction=" + direction + ", reserveMicros=" + reserveMicros
                + ", incrementMicros=" + incrementMicros
                + (slots.equals(SlotWeights.ONE) ? "]" : ", slotsPpm=" + slots + "]");
    }
}
