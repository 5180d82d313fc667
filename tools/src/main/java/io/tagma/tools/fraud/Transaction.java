package io.tagma.tools.fraud;

/**
 * One card payment, overwritten by each {@link TransactionSource#next}. Owned by the thread that reads the source.
 *
 * <p>Fields are public because this is a data carrier that the hot path reads: there is nothing to guard.
 */
public final class Transaction {
    /** The label is known, but not what kind of fraud it was (a CSV does not say). */
    public static final int SCENARIO_UNKNOWN = -1;
    /** An honest payment. */
    public static final int SCENARIO_NONE = 0;
    /** A large amount. */
    public static final int SCENARIO_AMOUNT = 1;
    /** A compromised terminal. */
    public static final int SCENARIO_TERMINAL = 2;
    /** A compromised card, with the amount multiplied. */
    public static final int SCENARIO_CARD = 3;

    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** Identity of the payment, counted from 0 by the simulator. */
    public long id;
    /** When it was made, whole seconds since 1970-01-01T00:00:00Z. */
    public long epochSecond;
    /** The card, &gt;= 0. */
    public long customerId;
    /** The terminal, &gt;= 0. */
    public long terminalId;
    /** What was paid, &gt;= 0, finite. */
    public double amount;
    /** The truth, which the engine learns a week later. */
    public boolean fraud;
    /** One of the {@code SCENARIO_} constants; for reports only, never a feature. */
    public int scenario;

    /** Returns the time in nanoseconds since the epoch, as rows and clocks of the engine count it. */
    public long epochNs() {
        return epochSecond * NS_PER_SECOND;
    }
}
