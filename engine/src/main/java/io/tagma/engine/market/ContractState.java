package io.tagma.engine.market;

/**
 * Where a contract stands. Immutable. {@code AWARDED -> ACCEPTED -> DONE | FAILED | LATE | VOID}; {@code AWARDED -> FAILED | VOID};
 * from {@code FAILED} and {@code LATE} a retry leads to {@code AWARDED} with the next bidder, or to {@code VOID}.
 */
public enum ContractState {
    /** No contract. */
    NONE(0),
    /** A bidder has won and has not said yes; the price is in escrow. */
    AWARDED(1),
    /** It said yes; its stake is in escrow. */
    ACCEPTED(2),
    /** Delivered in time and paid. Over. */
    DONE(3),
    /** The bidder declined or failed; the price is back with the payer. */
    FAILED(4),
    /** The bidder let a deadline pass; the price is back with the payer. */
    LATE(5),
    /** Called off, or nobody is left to try; the price is back with the payer. Over. */
    VOID(6);

    private static final ContractState[] ALL = values();

    private final int code;

    ContractState(final int code) {
        this.code = code;
    }

    /** Its number in snapshots and journals: never reused. */
    public int code() {
        return code;
    }

    static ContractState of(final int code) {
        for (final ContractState state : ALL) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalStateException("no contract state " + code + ": the snapshot is of another version");
    }
}
