package io.tagma.engine.market;

/**
 * What a contract promises. Immutable.
 *
 * @param acceptNs time to accept, from the award
 * @param performNs time to deliver, from acceptance
 * @param penaltyMicros taken from who fails or is late, as far as stake and balance go
 * @param stakePpm what a bidder puts into escrow when it accepts, in millionths of the price; at least the penalty is staked where this is above 0
 * @param maxPriceMicros most that one contract may cost its payer
 * @param maxAttempts most bidders that are tried, the first included
 */
public record ContractTerms(
        long acceptNs, long performNs, long penaltyMicros, long stakePpm, long maxPriceMicros, int maxAttempts) {
    /** One million: a stake of the whole price. */
    public static final long WHOLE_PPM = 1_000_000;

    /** 15 ms to accept, 1 s to deliver, a penalty of 25 credits, no stake, any price, three attempts. */
    public static final ContractTerms DEFAULT =
            new ContractTerms(15_000_000, 1_000_000_000, 25 * MicroCredits.PER_CREDIT, 0, MicroCredits.MAX, 3);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming what is out of range
     */
    public ContractTerms {
        check(acceptNs > 0, "acceptNs must be positive", acceptNs);
        check(performNs > 0, "performNs must be positive", performNs);
        check(MicroCredits.isValid(penaltyMicros), "penaltyMicros must be 0 to " + MicroCredits.MAX, penaltyMicros);
        check(stakePpm >= 0 && stakePpm <= WHOLE_PPM, "stakePpm must be 0 to " + WHOLE_PPM, stakePpm);
        check(MicroCredits.isValid(maxPriceMicros), "maxPriceMicros must be 0 to " + MicroCredits.MAX, maxPriceMicros);
        check(maxAttempts > 0, "maxAttempts must be positive", maxAttempts);
    }

    private static void check(final boolean good, final String rule, final long value) {
        if (!good) {
            throw new IllegalArgumentException(rule + ": " + value);
        }
    }

    /** Stake for a price, in micro-credits; rounded down. */
    public long stakeMicros(final long priceMicros) {
        if (stakePpm == 0) {
            return 0;
        }
        // Split, because the product of both could overflow.
        final long share = priceMicros / WHOLE_PPM * stakePpm + priceMicros % WHOLE_PPM * stakePpm / WHOLE_PPM;
        return Math.max(share, penaltyMicros);
    }
}
