package io.tagma.tools.fraud;

/**
 * Outcomes that are known now and become due a fixed time after their payment: a bounded queue in stream time. Owned
 * by one thread.
 *
 * <p>Before a payment is decided, {@link #pollDue} until it says no: an outcome due in the same second as a payment
 * comes before it. Nothing is allocated after construction; a full schedule refuses and counts.
 */
public final class OutcomeSchedule {
    /** A chargeback's usual delay in the scenario: 7 days. */
    public static final long WEEK_SECONDS = 604_800;

    private final long delaySeconds;
    private final int mask;
    private final long[] transactionId;
    private final long[] customerId;
    private final long[] terminalId;
    private final long[] paidSecond; // its complement for a fraud: one array less to touch
    private long head;
    private long tail;
    private long refused;

    /**
     * Creates an empty schedule.
     *
     * @param capacity outcomes that can be pending, a power of two; the Handbook's world has about 67,000 in a week
     * @param delaySeconds from a payment to its outcome, &gt;= 0
     */
    public OutcomeSchedule(final int capacity, final long delaySeconds) {
        if (capacity < 1 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two, e.g. 131072: " + capacity);
        }
        if (delaySeconds < 0) {
            throw new IllegalArgumentException("delaySeconds must not be negative, e.g. 604800: " + delaySeconds);
        }
        this.delaySeconds = delaySeconds;
        mask = capacity - 1;
        transactionId = new long[capacity];
        customerId = new long[capacity];
        terminalId = new long[capacity];
        paidSecond = new long[capacity];
    }

    /**
     * Schedules the outcome of a payment; false, and counted, if the schedule is full. Payments come in the order of
     * their times.
     */
    public boolean add(final Transaction payment) {
        if (tail - head > mask) {
            refused++;
            return false;
        }
        final int i = (int) tail++ & mask;
        transactionId[i] = payment.id;
        customerId[i] = payment.customerId;
        terminalId[i] = payment.terminalId;
        paidSecond[i] = payment.fraud ? ~payment.epochSecond : payment.epochSecond;
        return true;
    }

    /**
     * Overwrites {@code into} with the oldest outcome due at {@code nowSecond} or before and removes it; false if
     * none is due.
     */
    public boolean pollDue(final long nowSecond, final Outcome into) {
        if (head == tail) {
            return false;
        }
        final int i = (int) head & mask;
        final long coded = paidSecond[i];
        final long paid = coded < 0 ? ~coded : coded;
        if (paid + delaySeconds > nowSecond) {
            return false;
        }
        head++;
        into.transactionId = transactionId[i];
        into.customerId = customerId[i];
        into.terminalId = terminalId[i];
        into.paidSecond = paid;
        into.dueSecond = paid + delaySeconds;
        into.fraud = coded < 0;
        return true;
    }

    /** Returns the number of outcomes not yet due. */
    public int pending() {
        return (int) (tail - head);
    }

    /** Returns how many outcomes were refused because the schedule was full. */
    public long refused() {
        return refused;
    }
}
