package io.tagma.engine.market;

/**
 * How one item's auction is cleared. Immutable. The bid is what a bidder would pay at most (what it asks at least), or, where
 * there is a clock, the price up to which it stays or at which it calls. All but the last: Krishna, <em>Auction Theory</em>, 2nd ed., ch. 1-3.
 */
public enum AuctionRule {
    /** Sealed, the winner pays its own bid. */
    FIRST_PRICE,
    /** Sealed, the winner pays the next best bid or the reserve; bidding the truth is dominant (Vickrey, J. Finance 16, 1961). */
    VICKREY,
    /** The price rises from the reserve in steps until one is left (Milgrom and Weber, Econometrica 50, 1982, sec. 5). */
    ENGLISH,
    /** The price falls in steps until one calls (Vickrey 1961, sec. III: as first price, but on the clock's steps). */
    DUTCH,
    /** Sealed, several slots at once, each at what its winner costs the others: {@link SlotClearing}. With one slot, Vickrey. */
    VCG
}
