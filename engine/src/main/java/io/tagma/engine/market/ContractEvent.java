package io.tagma.engine.market;

/**
 * One transition of a contract, with all that a journal needs to repeat it. Filled by {@link ContractBook}, which reuses it: valid until
 * the next call. Owned by the book's thread.
 */
public final class ContractEvent {
    /** The transition took place. */
    public static final int OK = 0;
    /** No contract of this number is open. Nothing changed, as with all that follow. */
    public static final int UNKNOWN_CONTRACT = -1;
    /** The contract's state has no such transition. */
    public static final int WRONG_STATE = -2;
    /** Payer, or bidder with its stake, has too little. */
    public static final int OVERDRAFT = -3;
    /** The price is above what the terms allow. */
    public static final int COST_CAP = -4;
    /** As many contracts are open as there is room for. */
    public static final int BOOK_FULL = -5;
    /** No bidder, too many of them, or a number that is no agent's or amount. */
    public static final int MALFORMED = -6;

    private int code;
    private long contract;
    private ContractState before = ContractState.NONE;
    private ContractState after = ContractState.NONE;
    private int agentId;
    private long priceMicros;
    private long penaltyMicros;
    private long timeNs;

    ContractEvent() {}

    ContractEvent refuse(final int why, final long number, final long nowNs) {
        return fill(number, ContractState.NONE, ContractState.NONE, nowNs).with(why, -1, 0, 0);
    }

    ContractEvent fill(final long number, final ContractState from, final ContractState to, final long nowNs) {
        contract = number;
        before = from;
        after = to;
        timeNs = nowNs;
        return this;
    }

    ContractEvent with(final int result, final int agent, final long price, final long penalty) {
        code = result;
        agentId = agent;
        priceMicros = price;
        penaltyMicros = penalty;
        return this;
    }

    /** {@link #OK}, or why nothing changed; then only contract and time say anything. */
    public int code() {
        return code;
    }

    /** Number of the contract. */
    public long contract() {
        return contract;
    }

    /** State that it left. */
    public ContractState before() {
        return before;
    }

    /** State that it is in. */
    public ContractState after() {
        return after;
    }

    /** The bidder whom it concerns. */
    public int agentId() {
        return agentId;
    }

    /** What the contract is worth to the bidder. */
    public long priceMicros() {
        return priceMicros;
    }

    /** What was taken from the bidder. */
    public long penaltyMicros() {
        return penaltyMicros;
    }

    /** When, on the clock that the book was told. */
    public long timeNs() {
        return timeNs;
    }
}
