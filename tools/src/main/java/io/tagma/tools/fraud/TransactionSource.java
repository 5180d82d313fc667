package io.tagma.tools.fraud;

/** A stream of transactions in the order of their times. Owned by one thread. */
public interface TransactionSource {
    /**
     * Overwrites {@code into} with the next transaction.
     *
     * @return false when there is none left ({@code into} is then as it was); a simulator never ends.
     */
    boolean next(Transaction into);
}
