package io.tagma.engine.market;

/** The market's unit of account: millionths of a credit in a long, so that sums are exact. Stateless. */
public final class MicroCredits {
    /** In one credit. */
    public static final long PER_CREDIT = 1_000_000;

    /** Largest bid, price, reserve or transfer: 10^9 credits. Some 9,000 of them can be added without overflow. */
    public static final long MAX = 1_000_000_000 * PER_CREDIT;

    /** An amount that is not a number, negative, or larger than {@link #MAX}. */
    public static final long INVALID = -1;

    private MicroCredits() {}

    /** An amount in credits, to the nearest millionth; {@link #INVALID} where it is none. */
    public static long of(final double credits) {
        // Written so that not-a-number fails it.
        if (!(credits >= 0 && credits <= (double) MAX / PER_CREDIT)) {
            return INVALID;
        }
        return Math.round(credits * PER_CREDIT);
    }

    /** Whether an amount lies in 0 to {@link #MAX}. */
    public static boolean isValid(final long micros) {
        return micros >= 0 && micros <= MAX;
    }
}
