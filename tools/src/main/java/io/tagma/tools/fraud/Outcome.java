package io.tagma.tools.fraud;

/**
 * What a payment turned out to be, overwritten by each {@link OutcomeSchedule#pollDue}. Owned by the thread that
 * polls.
 */
public final class Outcome {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** Identity of the payment. */
    public long transactionId;
    /** Its card. */
    public long customerId;
    /** Its terminal. */
    public long terminalId;
    /** When it was made, seconds since the epoch. */
    public long paidSecond;
    /** When the outcome is known, seconds since the epoch. */
    public long dueSecond;
    /** What it was. */
    public boolean fraud;

    /** Returns when the outcome is known, ns since the epoch. */
    public long dueNs() {
        return dueSecond * NS_PER_SECOND;
    }

    /** Returns when the payment was made, ns since the epoch. */
    public long paidNs() {
        return paidSecond * NS_PER_SECOND;
    }

    /** Returns 1 for fraud, 0 for honest. */
    public float label() {
        return fraud ? 1f : 0f;
    }
}
