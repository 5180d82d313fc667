package io.tagma.engine.market;

import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * Who has how many credits: double entry in micro-credits. Each operation takes from one account what it puts on another, so the sum over all
 * accounts is zero at any time. Owned by the shard's thread; allocates nothing after it is made.
 *
 * <p>Credits come into being on {@link #ISSUE}, the only account that may be below zero: it says how much was issued. {@link #HOUSE}
 * takes penalties, {@link #ESCROW} holds what is promised. An agent's account is {@link #accountOf}.
 */
public final class CreditLedger {
    /** Where credits come from; minus what was issued. */
    public static final int ISSUE = 0;
    /** The engine's own. */
    public static final int HOUSE = 1;
    /** Promised and not yet paid. */
    public static final int ESCROW = 2;

    /** Done. */
    public static final int OK = 0;
    /** The account has less; nothing was moved. */
    public static final int OVERDRAFT = -1;
    /** The amount is negative or above {@link MicroCredits#MAX}; nothing was moved. */
    public static final int MALFORMED = -2;
    /** No such account, or one account twice; nothing was moved. */
    public static final int UNKNOWN_ACCOUNT = -3;

    private static final int MARK = 0x4C4544;
    private static final int FIRST_AGENT = 3;
    // Far from where a sum of MAX more could overflow.
    private static final long MOST_ISSUED = Long.MAX_VALUE / 2;

    private final long[] balances;

    /** Empty accounts for a number of agents. */
    public CreditLedger(final int agents) {
        if (agents < 0) {
            throw new IllegalArgumentException("agents must not be negative: " + agents);
        }
        balances = new long[FIRST_AGENT + agents];
    }

    /** Account of an agent. */
    public static int accountOf(final int agentId) {
        return FIRST_AGENT + agentId;
    }

    /** Moves an amount; {@link #OK}, or why nothing was moved. */
    public int transfer(final int source, final int target, final long micros) {
        if (!MicroCredits.isValid(micros)) {
            return MALFORMED;
        }
        if (!isAccount(source) || !isAccount(target) || source == target) {
            return UNKNOWN_ACCOUNT;
        }
        if (source == ISSUE ? balances[ISSUE] - micros < -MOST_ISSUED : balances[source] < micros) {
            return OVERDRAFT;
        }
        balances[source] -= micros;
        balances[target] += micros;
        return OK;
    }

    /** Takes up to an amount, whatever is there; returns what was moved, 0 where the accounts or the amount are not valid. */
    public long seize(final int source, final int target, final long micros) {
        if (!isAccount(source) || source == ISSUE) {
            return 0;
        }
        final long taken = Math.min(balances[source], micros);
        return transfer(source, target, taken) == OK ? taken : 0;
    }

    private boolean isAccount(final int account) {
        return account >= 0 && account < balances.length;
    }

    /** What an account has, in micro-credits. */
    public long balanceMicros(final int account) {
        return balances[account];
    }

    /** Sum over all accounts: 0, or the ledger is broken. */
    public long sumMicros() {
        long sum = 0;
        for (final long balance : balances) {
            sum += balance;
        }
        return sum;
    }

    /** A digest of all balances, for the state hash. */
    public long digest() {
        long hash = MARK;
        for (final long balance : balances) {
            hash = Subjects.mix(hash ^ balance);
        }
        return hash;
    }

    /** Writes the balances. */
    public void save(final SnapshotWriter out) {
        out.mark(MARK);
        out.putInt(balances.length);
        out.putLongs(balances, 0, balances.length);
    }

    /**
     * Reads the balances of a ledger of as many agents.
     *
     * @throws io.tagma.store.StoreException when there are other values at this place of the snapshot
     * @throws IllegalStateException when the snapshot is of another number of agents or its sum is not zero
     */
    public void load(final SnapshotReader in) {
        in.expect(MARK);
        final int found = in.getInt();
        if (found != balances.length) {
            throw new IllegalStateException("the snapshot has a ledger of " + (found - FIRST_AGENT)
                    + " agents, this engine " + (balances.length - FIRST_AGENT) + "; launch it with the same agents");
        }
        in.getLongs(balances, 0, found);
        if (sumMicros() != 0) {
            throw new IllegalStateException("the snapshot's ledger sums to " + sumMicros()
                    + " micro-credits, not 0: it is damaged; take the one before");
        }
    }
}
