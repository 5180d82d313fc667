package io.tagma.engine.market;

import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;

/**
 * The contracts that are open: award, acceptance, delivery, deadlines, penalties and the next bidder when one fails. Money
 * moves in the {@link CreditLedger} with the transition that causes it. A state machine without clock: every step is told the
 * time and returns one event to journal. Owned by the shard's thread; allocates nothing after it is made.
 *
 * <p>The price lies in escrow from the award on. {@code DONE} pays it to the bidder; all other ends give it back to the payer. A stake
 * lies in escrow from acceptance; it comes back but for the penalty, which goes to the house. To decline an award costs nothing.
 */
public final class ContractBook {
    private static final int MARK = 0x434F4E;
    private static final int FREE = -1;
    // Stands for the house where a bidder stands: the number whose account is the house's.
    private static final int SELLER = CreditLedger.HOUSE - CreditLedger.accountOf(0);

    private final CreditLedger ledger;
    private final ContractTerms terms;
    private final int agents;
    private final int maxBidders;
    private final long[] numbers;
    private final int[] states;
    private final int[] payers;
    private final int[] attempts;
    private final int[] ranked;
    private final int[] bidders;
    private final long[] pricesMicros;
    private final long[] stakesMicros;
    private final long[] deadlinesNs;
    private final ContractEvent event = new ContractEvent();
    private long next;
    private int open;
    // No open contract's deadline is before this: what lets a look for late ones end at once. Not state, a bound on it.
    private long earliestNs = Long.MIN_VALUE;

    /**
     * An empty book.
     *
     * @param agents known to the ledger
     * @param capacity most contracts open at a time
     * @param maxBidders most bidders that a contract can fall back on
     */
    public ContractBook(
            final CreditLedger ledger,
            final ContractTerms terms,
            final int agents,
            final int capacity,
            final int maxBidders) {
        if (agents < 1 || capacity < 1 || maxBidders < 1) {
            throw new IllegalArgumentException("agents, capacity and maxBidders must be positive: " + agents + ", "
                    + capacity + ", " + maxBidders);
        }
        this.ledger = ledger;
        this.terms = terms;
        this.agents = agents;
        this.maxBidders = maxBidders;
        numbers = new long[capacity];
        states = new int[capacity];
        payers = new int[capacity];
        attempts = new int[capacity];
        ranked = new int[capacity];
        bidders = new int[capacity * maxBidders];
        pricesMicros = new long[capacity * maxBidders];
        stakesMicros = new long[capacity];
        deadlinesNs = new long[capacity];
        Arrays.fill(numbers, FREE);
    }

    /**
     * Awards a new contract to the first of some bidders.
     *
     * @param payer account that pays
     * @param ranking agents, the winner first, then those to fall back on
     * @param prices what each is paid, by place in the ranking
     * @param count of both, 1 to the book's most
     */
    public ContractEvent award(
            final int payer, final int[] ranking, final long[] prices, final int count, final long nowNs) {
        final int refusal = refusal(payer, ranking, prices, count);
        if (refusal != ContractEvent.OK) {
            return event.refuse(refusal, FREE, nowNs);
        }
        final int slot = open == numbers.length ? -1 : slotHolding(FREE, next);
        if (slot < 0) {
            return event.refuse(ContractEvent.BOOK_FULL, FREE, nowNs);
        }
        if (ledger.transfer(payer, CreditLedger.ESCROW, prices[0]) != CreditLedger.OK) {
            return event.refuse(ContractEvent.OVERDRAFT, FREE, nowNs);
        }
        numbers[slot] = next++;
        open++;
        payers[slot] = payer;
        attempts[slot] = 0;
        ranked[slot] = count;
        states[slot] = ContractState.NONE.code();
        System.arraycopy(ranking, 0, bidders, slot * maxBidders, count);
        System.arraycopy(prices, 0, pricesMicros, slot * maxBidders, count);
        dueBy(slot, nowNs + terms.acceptNs());
        return move(slot, ContractState.AWARDED, 0, nowNs);
    }

    private void dueBy(final int slot, final long deadlineNs) {
        deadlinesNs[slot] = deadlineNs;
        earliestNs = Math.min(earliestNs, deadlineNs);
    }

    private int refusal(final int payer, final int[] ranking, final long[] prices, final int count) {
        if (count < 1 || count > maxBidders || payer < CreditLedger.HOUSE || payer >= CreditLedger.accountOf(agents)) {
            return ContractEvent.MALFORMED;
        }
        for (int i = 0; i < count; i++) {
            if (ranking[i] < 0 || ranking[i] >= agents || !MicroCredits.isValid(prices[i])) {
                return ContractEvent.MALFORMED;
            }
        }
        return payer == CreditLedger.ESCROW
                ? ContractEvent.MALFORMED
                : prices[0] > terms.maxPriceMicros() ? ContractEvent.COST_CAP : ContractEvent.OK;
    }

    /**
     * Sells to an agent: its price goes into escrow at once, and to the house with {@link #deliver}. The house performs, nobody accepts;
     * calling off gives the price back.
     */
    public ContractEvent sell(final int buyer, final long priceMicros, final long nowNs) {
        if (buyer < 0 || buyer >= agents || !MicroCredits.isValid(priceMicros)) {
            return event.refuse(ContractEvent.MALFORMED, FREE, nowNs);
        }
        if (priceMicros > terms.maxPriceMicros()) {
            return event.refuse(ContractEvent.COST_CAP, FREE, nowNs);
        }
        final int slot = open == numbers.length ? -1 : slotHolding(FREE, next);
        if (slot < 0) {
            return event.refuse(ContractEvent.BOOK_FULL, FREE, nowNs);
        }
        if (ledger.transfer(CreditLedger.accountOf(buyer), CreditLedger.ESCROW, priceMicros) != CreditLedger.OK) {
            return event.refuse(ContractEvent.OVERDRAFT, FREE, nowNs);
        }
        numbers[slot] = next++;
        open++;
        payers[slot] = CreditLedger.accountOf(buyer);
        attempts[slot] = 0;
        ranked[slot] = 1;
        states[slot] = ContractState.NONE.code();
        bidders[slot * maxBidders] = SELLER;
        pricesMicros[slot * maxBidders] = priceMicros;
        stakesMicros[slot] = 0;
        dueBy(slot, nowNs + terms.performNs());
        return move(slot, ContractState.ACCEPTED, 0, nowNs);
    }

    /** The bidder says yes and stakes. Past the deadline this is {@code LATE}; without the stake, {@code OVERDRAFT}. */
    public ContractEvent accept(final long contract, final long nowNs) {
        final int slot = slotOf(contract);
        if (slot < 0 || states[slot] != ContractState.AWARDED.code()) {
            return refuse(slot, contract, nowNs);
        }
        if (isPast(slot, nowNs)) {
            return giveBack(slot, ContractState.LATE, 0, nowNs);
        }
        final long stake = terms.stakeMicros(price(slot));
        if (ledger.transfer(CreditLedger.accountOf(bidder(slot)), CreditLedger.ESCROW, stake) != CreditLedger.OK) {
            return event.refuse(ContractEvent.OVERDRAFT, contract, nowNs);
        }
        stakesMicros[slot] = stake;
        dueBy(slot, nowNs + terms.performNs());
        return move(slot, ContractState.ACCEPTED, 0, nowNs);
    }

    /** The bidder says no to an award ({@code FAILED}, free of charge); {@link #retry} asks the next. */
    public ContractEvent decline(final long contract, final long nowNs) {
        final int slot = slotOf(contract);
        if (slot < 0 || states[slot] != ContractState.AWARDED.code()) {
            return refuse(slot, contract, nowNs);
        }
        return giveBack(slot, ContractState.FAILED, 0, nowNs);
    }

    /** The bidder has delivered: it is paid and gets its stake back. Past the deadline this is {@code LATE}. */
    public ContractEvent deliver(final long contract, final long nowNs) {
        final int slot = slotOf(contract);
        if (slot < 0 || states[slot] != ContractState.ACCEPTED.code()) {
            return refuse(slot, contract, nowNs);
        }
        if (isPast(slot, nowNs)) {
            return giveBack(slot, ContractState.LATE, slash(slot), nowNs);
        }
        final int account = CreditLedger.accountOf(bidder(slot));
        fromEscrow(account, price(slot));
        fromEscrow(account, stakesMicros[slot]);
        stakesMicros[slot] = 0;
        return move(slot, ContractState.DONE, 0, nowNs);
    }

    /** The bidder has failed an accepted contract and is slashed. */
    public ContractEvent fail(final long contract, final long nowNs) {
        final int slot = slotOf(contract);
        if (slot < 0 || states[slot] != ContractState.ACCEPTED.code()) {
            return refuse(slot, contract, nowNs);
        }
        return giveBack(slot, ContractState.FAILED, slash(slot), nowNs);
    }

    /** Calls a contract off, in any state that is not an end: price and stake go back. */
    public ContractEvent cancel(final long contract, final long nowNs) {
        final int slot = slotOf(contract);
        if (slot < 0) {
            return event.refuse(ContractEvent.UNKNOWN_CONTRACT, contract, nowNs);
        }
        return isRetriable(slot)
                ? move(slot, ContractState.VOID, 0, nowNs)
                : giveBack(slot, ContractState.VOID, 0, nowNs);
    }

    /**
     * Awards a contract that failed or was late to the next bidder within cost cap and the payer's balance; {@code VOID} where
     * there is none or all attempts are used.
     */
    public ContractEvent retry(final long contract, final long nowNs) {
        final int slot = slotOf(contract);
        if (slot < 0 || !isRetriable(slot)) {
            return refuse(slot, contract, nowNs);
        }
        while (attempts[slot] + 1 < Math.min(ranked[slot], terms.maxAttempts())) {
            attempts[slot]++;
            if (price(slot) <= terms.maxPriceMicros()
                    && ledger.transfer(payers[slot], CreditLedger.ESCROW, price(slot)) == CreditLedger.OK) {
                dueBy(slot, nowNs + terms.acceptNs());
                return move(slot, ContractState.AWARDED, 0, nowNs);
            }
        }
        return move(slot, ContractState.VOID, 0, nowNs);
    }

    /** The lowest-placed contract whose deadline has passed, as {@code LATE}; {@code UNKNOWN_CONTRACT} when there is none. Call until then. */
    public ContractEvent expire(final long nowNs) {
        if (nowNs < earliestNs) {
            return event.refuse(ContractEvent.UNKNOWN_CONTRACT, FREE, nowNs);
        }
        long earliest = Long.MAX_VALUE;
        for (int slot = 0; slot < numbers.length; slot++) {
            if (numbers[slot] != FREE && !isRetriable(slot)) {
                if (isPast(slot, nowNs)) {
                    final boolean accepted = states[slot] == ContractState.ACCEPTED.code();
                    return giveBack(slot, ContractState.LATE, accepted ? slash(slot) : 0, nowNs);
                }
                earliest = Math.min(earliest, deadlinesNs[slot]);
            }
        }
        earliestNs = earliest;
        return event.refuse(ContractEvent.UNKNOWN_CONTRACT, FREE, nowNs);
    }

    private ContractEvent refuse(final int slot, final long contract, final long nowNs) {
        return event.refuse(slot < 0 ? ContractEvent.UNKNOWN_CONTRACT : ContractEvent.WRONG_STATE, contract, nowNs);
    }

    private boolean isRetriable(final int slot) {
        return states[slot] == ContractState.FAILED.code() || states[slot] == ContractState.LATE.code();
    }

    private boolean isPast(final int slot, final long nowNs) {
        return nowNs - deadlinesNs[slot] >= 0;
    }

    private ContractEvent giveBack(final int slot, final ContractState to, final long penalty, final long nowNs) {
        fromEscrow(payers[slot], price(slot));
        fromEscrow(CreditLedger.accountOf(bidder(slot)), stakesMicros[slot]);
        stakesMicros[slot] = 0;
        return move(slot, to, penalty, nowNs);
    }

    /** Takes the penalty from the stake, and what it does not cover from the balance, as far as that goes. */
    private long slash(final int slot) {
        final long staked = Math.min(stakesMicros[slot], terms.penaltyMicros());
        fromEscrow(CreditLedger.HOUSE, staked);
        stakesMicros[slot] -= staked;
        return staked
                + ledger.seize(
                        CreditLedger.accountOf(bidder(slot)), CreditLedger.HOUSE, terms.penaltyMicros() - staked);
    }

    private void fromEscrow(final int account, final long micros) {
        final int result = ledger.transfer(CreditLedger.ESCROW, account, micros);
        if (result != CreditLedger.OK) {
            throw new IllegalStateException("escrow has " + ledger.balanceMicros(CreditLedger.ESCROW)
                    + " micro-credits and owes " + micros + ": somebody else has taken from it");
        }
    }

    private ContractEvent move(final int slot, final ContractState to, final long penalty, final long nowNs) {
        event.fill(numbers[slot], ContractState.of(states[slot]), to, nowNs)
                .with(ContractEvent.OK, bidder(slot), price(slot), penalty);
        states[slot] = to.code();
        if (to == ContractState.DONE || to == ContractState.VOID) {
            numbers[slot] = FREE;
            open--;
        }
        return event;
    }

    private int slotOf(final long contract) {
        return contract < 0 || contract >= next ? -1 : slotHolding(contract, contract);
    }

    // A contract's home is its number modulo the capacity. Numbers count up and contracts end, so nearly all lie at
    // home.
    private int slotHolding(final long contract, final long homeOf) {
        int slot = (int) (homeOf % numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[slot] == contract) {
                return slot;
            }
            slot = slot + 1 == numbers.length ? 0 : slot + 1;
        }
        return -1;
    }

    private int bidder(final int slot) {
        return bidders[slot * maxBidders + attempts[slot]];
    }

    private long price(final int slot) {
        return pricesMicros[slot * maxBidders + attempts[slot]];
    }

    /** State of a contract; {@code NONE} when it is over or never was. */
    public ContractState stateOf(final long contract) {
        final int slot = slotOf(contract);
        return slot < 0 ? ContractState.NONE : ContractState.of(states[slot]);
    }

    /** Contracts that are open: awarded, accepted, or waiting for a retry. */
    public int open() {
        return open;
    }

    /** A digest of all open contracts, for the state hash. */
    public long digest() {
        long hash = Subjects.mix(next);
        for (int slot = 0; slot < numbers.length; slot++) {
            if (numbers[slot] != FREE) {
                hash = Subjects.mix(hash ^ numbers[slot]);
                hash = Subjects.mix(hash + states[slot] + 31L * payers[slot] + 961L * attempts[slot]);
                hash = Subjects.mix(hash ^ stakesMicros[slot]);
                hash = Subjects.mix(hash ^ deadlinesNs[slot]);
                for (int i = 0; i < ranked[slot]; i++) {
                    hash = Subjects.mix(hash + bidders[slot * maxBidders + i]);
                    hash = Subjects.mix(hash ^ pricesMicros[slot * maxBidders + i]);
                }
            }
        }
        return hash;
    }

    /** Writes the open contracts; the ledger writes itself. */
    public void save(final SnapshotWriter out) {
        out.mark(MARK);
        out.putInt(numbers.length);
        out.putInt(maxBidders);
        out.putLong(next);
        out.putLongs(numbers, 0, numbers.length);
        out.putInts(states, 0, states.length);
        out.putInts(payers, 0, payers.length);
        out.putInts(attempts, 0, attempts.length);
        out.putInts(ranked, 0, ranked.length);
        out.putInts(bidders, 0, bidders.length);
        out.putLongs(pricesMicros, 0, pricesMicros.length);
        out.putLongs(stakesMicros, 0, stakesMicros.length);
        out.putLongs(deadlinesNs, 0, deadlinesNs.length);
    }

    /**
     * Reads the contracts of a book of the same capacity.
     *
     * @throws io.tagma.store.StoreException when there are other values at this place of the snapshot
     * @throws IllegalStateException when the snapshot is of a book of another capacity
     */
    public void load(final SnapshotReader in) {
        in.expect(MARK);
        final int capacity = in.getInt();
        final int width = in.getInt();
        if (capacity != numbers.length || width != maxBidders) {
            throw new IllegalStateException(
                    "the snapshot has a book of " + capacity + " contracts with " + width + " bidders, this one is of "
                            + numbers.length + " with " + maxBidders + "; launch it with the same limits");
        }
        next = in.getLong();
        in.getLongs(numbers, 0, numbers.length);
        in.getInts(states, 0, states.length);
        in.getInts(payers, 0, payers.length);
        in.getInts(attempts, 0, attempts.length);
        in.getInts(ranked, 0, ranked.length);
        in.getInts(bidders, 0, bidders.length);
        in.getLongs(pricesMicros, 0, pricesMicros.length);
        in.getLongs(stakesMicros, 0, stakesMicros.length);
        in.getLongs(deadlinesNs, 0, deadlinesNs.length);
        open = 0;
        for (final long number : numbers) {
            open += number == FREE ? 0 : 1;
        }
        earliestNs = Long.MIN_VALUE;
    }
}
