package io.tagma.engine.market;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.ingest.Subjects;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;
import java.util.List;

/**
 * One shard's market: clears the bids for a task under the intent's terms, makes the award a contract, and settles that when the
 * outcome comes. In procurement the house pays the winner; forward, the winner pays the house. What is promised lies in escrow, so
 * no account can spend what it does not have, however late outcomes come. Part of the state hash; owned by the shard's thread;
 * allocates nothing after it is made.
 */
public final class MarketStation {
    /** No contract. */
    public static final long NO_CONTRACT = -1;
    /** From this label on an outcome is a success. */
    public static final float SUCCESS_FROM = 0.5f;

    private static final int MARK = 0x4D4B54;
    private static final int LEAST_WINDOW = 4096;

    private final CreditLedger ledger;
    private final ContractBook book;
    private final OutcomeReputation reputation;
    private final MarketStatistics statistics;
    private final Clearing clearing = new Clearing();
    private final long[] bidsMicros;
    private final long[] clearedMicros;
    private final int[] one = new int[1];
    private final long[] price = new long[1];
    private final SlotSale sale = new SlotSale();
    // By waiting decision, `width` of each: its contract, the agent, and whether the agent is the one who performs.
    private final int width;
    private final long[] contracts;
    private final int[] agents;
    private final boolean[] performs;
    private AuctionTerms terms = AuctionTerms.of(AuctionRule.FIRST_PRICE, AuctionDirection.FORWARD);
    private int count;
    private long contract = NO_CONTRACT;
    private int awarded = Clearing.NO_WINNER;
    private long refusals;
    private long late;
    private long unaffordable;

    /**
     * A market with its opening balances.
     *
     * @param widest most candidates of any auction
     * @param slots of the table of waiting decisions
     * @param width most winners of any auction
     */
    public MarketStation(
            final MarketTerms market,
            final List<AgentDescriptor> team,
            final int widest,
            final int slots,
            final int width,
            final int shard,
            final int shards) {
        ledger = new CreditLedger(team.size());
        book = new ContractBook(ledger, market.contract(), Math.max(1, team.size()), market.capacity(), 1);
        final int window = Math.max(LEAST_WINDOW, 2 * Integer.highestOneBit(market.capacity()));
        reputation = new OutcomeReputation(Math.max(1, team.size()), market.halfLifeNs(), window);
        statistics = new MarketStatistics(Math.max(1, team.size()));
        bidsMicros = new long[Math.max(1, widest)];
        clearedMicros = new long[Math.max(1, widest)];
        this.width = width;
        contracts = new long[slots * width];
        agents = new int[slots * width];
        performs = new boolean[slots * width];
        Arrays.fill(contracts, NO_CONTRACT);
        final long house = market.houseCredits() * MicroCredits.PER_CREDIT;
        issue(CreditLedger.HOUSE, MarketTerms.share(house, shard, shards));
        for (int i = 0; i < team.size(); i++) {
            issue(CreditLedger.accountOf(i), MarketTerms.share(market.openingMicros(team.get(i)), shard, shards));
        }
    }

    private void issue(final int account, final long micros) {
        if (ledger.transfer(CreditLedger.ISSUE, account, micros) != CreditLedger.OK) {
            throw new IllegalArgumentException("account " + account + " cannot be opened with " + micros
                    + " micro-credits: at most " + MicroCredits.MAX);
        }
    }

    /** Begins an auction: what came due is settled, no bid is in. */
    public void open(final AuctionTerms auctionTerms, final long nowNs) {
        terms = auctionTerms;
        count = 0;
        contract = NO_CONTRACT;
        awarded = Clearing.NO_WINNER;
        clearing.count(0, 0);
        clearing.set(Clearing.NO_WINNER, 0, 0);
        sale.forget();
        while (true) {
            final ContractEvent event = book.expire(nowNs);
            if (event.code() != ContractEvent.OK) {
                return;
            }
            late++;
            final long number = event.contract();
            if (event.agentId() >= 0) {
                reputation.earn(event.agentId(), false, number, nowNs);
            }
            book.cancel(number, nowNs);
        }
    }

    /** Takes the next candidate's bid, {@link io.tagma.engine.agent.Agent#DECLINE} or {@link AgentCell#FAILED_BID} included. */
    public void bid(final long micros) {
        bidsMicros[count] = micros;
        clearedMicros[count++] = micros;
    }

    /**
     * Clears the bids and makes the award a contract. A forward winner that cannot pay is passed over.
     *
     * @return index of the winning candidate, or {@link Clearing#NO_WINNER} where nobody is left or no contract can be made
     */
    public int award(final AgentCell[] candidates, final long nowNs) {
        while (true) {
            final int winner = terms.clear(clearedMicros, count, clearing);
            if (winner == Clearing.NO_WINNER) {
                awarded = winner;
                return winner;
            }
            final int agent = candidates[winner].agentId();
            final ContractEvent event = contract(agent, clearing.priceMicros(), nowNs);
            if (event.code() == ContractEvent.OK) {
                contract = event.contract();
                awarded = agent;
                return winner;
            }
            refusals++;
            if (terms.direction() == AuctionDirection.PROCUREMENT || event.code() != ContractEvent.OVERDRAFT) {
                clearing.set(Clearing.NO_WINNER, 0, 0);
                awarded = Clearing.NO_WINNER;
                return Clearing.NO_WINNER;
            }
            clearedMicros[winner] = Long.MIN_VALUE;
        }
    }

    /**
     * Clears the bids for all slots of the terms, without contracts. A buyer that could not pay its own bid does not take part, so that whoever wins
     * can pay.
     *
     * @return how many slots have a winner: {@link #sale} says whose
     */
    public int clearSlots(final AgentCell[] candidates) {
        if (terms.direction() == AuctionDirection.FORWARD) {
            for (int i = 0; i < count; i++) {
                final int account = CreditLedger.accountOf(candidates[i].agentId());
                if (clearedMicros[i] > ledger.balanceMicros(account)) {
                    clearedMicros[i] = Long.MIN_VALUE;
                    unaffordable++;
                }
            }
        }
        return sale.clear(terms, clearedMicros, count, candidates);
    }

    /** A winner of slots that are not contracted yet failed while handling: {@link #clearSlots} goes on without its bid. */
    public void strike(final int winner) {
        clearedMicros[winner] = Long.MIN_VALUE;
    }

    /** Makes each slot's award a contract; a slot for which that cannot be stays empty. Counts the auction. */
    public void awardSlots(final long nowNs) {
        clearing.count(sale.admitted(), sale.refused());
        statistics.begin(sale.admitted(), count, terms.slots().count());
        for (int s = 0; s < sale.count(); s++) {
            final ContractEvent event = contract(sale.agent(s), sale.priceMicros(s), nowNs);
            if (event.code() == ContractEvent.OK) {
                sale.contract(s, event.contract());
                statistics.fill(sale.agent(s), sale.priceMicros(s), Math.abs(sale.bidMicros(s) - sale.priceMicros(s)));
            } else {
                refusals++;
                sale.unsold(s);
            }
        }
        if (sale.count() > 0 && sale.agent(0) != Clearing.NO_WINNER) {
            awarded = sale.agent(0);
            contract = sale.contract(0);
            clearing.set(sale.winner(0), sale.bidMicros(0), sale.priceMicros(0));
        }
    }

    private ContractEvent contract(final int agent, final long priceMicros, final long nowNs) {
        if (terms.direction() == AuctionDirection.FORWARD) {
            return book.sell(agent, priceMicros, nowNs);
        }
        one[0] = agent;
        price[0] = priceMicros;
        final ContractEvent event = book.award(CreditLedger.HOUSE, one, price, 1, nowNs);
        if (event.code() != ContractEvent.OK) {
            return event;
        }
        final long number = event.contract();
        final ContractEvent accepted = book.accept(number, nowNs);
        if (accepted.code() == ContractEvent.OK) {
            return accepted;
        }
        book.cancel(number, nowNs); // the winner cannot stake
        return accepted;
    }

    /** The winner failed while handling: its contract fails, and {@link #award} finds the next. */
    public void withdraw(final int winner, final long nowNs) {
        close(contract, awarded, terms.direction() == AuctionDirection.PROCUREMENT, false, nowNs);
        contract = NO_CONTRACT;
        awarded = Clearing.NO_WINNER;
        clearedMicros[winner] = Long.MIN_VALUE;
    }

    /** Ends the auction: counts it. */
    public void close() {
        statistics.count(clearing, awarded, count);
    }

    /** Keeps the contract of the auction just held until the outcome of its decision comes. */
    public void remember(final int slot) {
        final int at = slot * width;
        final boolean performer = terms.direction() == AuctionDirection.PROCUREMENT;
        if (terms.rule() != AuctionRule.VCG) {
            keep(at, contract, awarded, performer);
            Arrays.fill(contracts, at + 1, at + width, NO_CONTRACT);
            return;
        }
        for (int s = 0; s < width; s++) {
            final boolean sold = s < sale.count();
            keep(at + s, sold ? sale.contract(s) : NO_CONTRACT, sold ? sale.agent(s) : Clearing.NO_WINNER, performer);
        }
    }

    private void keep(final int at, final long number, final int agent, final boolean performer) {
        contracts[at] = number;
        agents[at] = agent;
        performs[at] = performer;
    }

    /** The decision of a slot was not an auction of this market. */
    public void forget(final int slot) {
        Arrays.fill(contracts, slot * width, (slot + 1) * width, NO_CONTRACT);
    }

    /**
     * The outcome of a decision: pays or slashes, and moves the performer's reputation. Of several slots the label says which share was delivered, from
     * the best: {@link #isDelivered}.
     *
     * @param offered how many slots the auction had
     */
    public void settle(final int slot, final int offered, final float label, final long nowNs) {
        for (int s = 0; s < offered; s++) {
            final int at = slot * width + s;
            if (contracts[at] != NO_CONTRACT) {
                close(contracts[at], agents[at], performs[at], isDelivered(s, offered, label), nowNs);
                contracts[at] = NO_CONTRACT;
            }
        }
    }

    /** Whether an outcome means that slot {@code s} of some was delivered: the label times their number, rounded, is how many were. */
    public static boolean isDelivered(final int s, final int offered, final float label) {
        return label * offered >= s + SUCCESS_FROM;
    }

    /** The agent that had slot {@code s} of a decision whose outcome has come, or {@link Clearing#NO_WINNER}. */
    public int agentOf(final int slot, final int s) {
        return agents[slot * width + s];
    }

    private void close(
            final long number, final int agent, final boolean performer, final boolean success, final long nowNs) {
        final ContractEvent event;
        if (success) {
            event = book.deliver(number, nowNs);
        } else {
            event = performer ? book.fail(number, nowNs) : book.cancel(number, nowNs);
        }
        if (event.code() != ContractEvent.OK) {
            return; // over since its deadline
        }
        final boolean done = event.after() == ContractState.DONE;
        if (performer) {
            reputation.earn(agent, done, number, nowNs);
        }
        if (!done && event.after() != ContractState.VOID) {
            book.cancel(number, nowNs);
        }
    }

    /** The last auction's clearing. */
    public Clearing clearing() {
        return clearing;
    }

    /** The last auction's slots; none where it was not one of slots. */
    public SlotSale sale() {
        return sale;
    }

    /** Bids that were left out because their bidders could not have paid them, since launch; not state. */
    public long unaffordable() {
        return unaffordable;
    }

    /** What candidate {@code i} bid in the last auction, negative where it did not. */
    public long bidMicros(final int i) {
        return bidsMicros[i];
    }

    /** The last auction's contract, or {@link #NO_CONTRACT}. */
    public long contract() {
        return contract;
    }

    /** The accounts. */
    public CreditLedger ledger() {
        return ledger;
    }

    /** The open contracts. */
    public ContractBook book() {
        return book;
    }

    /** Standing of agents by their contracts' outcomes. */
    public OutcomeReputation reputation() {
        return reputation;
    }

    /** Participation, fill rate, prices, since launch; not state. */
    public MarketStatistics statistics() {
        return statistics;
    }

    /** Awards that could not become a contract (overdraft, cost cap, book full), since launch; not state. */
    public long refusals() {
        return refusals;
    }

    /** Contracts that ended at their deadline, since launch; not state. */
    public long late() {
        return late;
    }

    /** A digest of ledger, contracts and reputation, for the state hash. */
    public long digest() {
        long hash = Subjects.mix(ledger.digest());
        hash = Subjects.mix(hash ^ book.digest());
        hash = Subjects.mix(hash ^ reputation.digest());
        for (int slot = 0; slot < contracts.length; slot++) {
            if (contracts[slot] != NO_CONTRACT) {
                hash = Subjects.mix(hash ^ contracts[slot]);
                hash = Subjects.mix(hash + slot + 31L * agents[slot] + (performs[slot] ? 1 : 0));
            }
        }
        return hash;
    }

    /** Writes ledger, contracts, reputation and which decisions wait with a contract. */
    public void save(final SnapshotWriter out) {
        out.mark(MARK);
        ledger.save(out);
        book.save(out);
        reputation.save(out);
        out.putInt(contracts.length);
        out.putLongs(contracts, 0, contracts.length);
        out.putInts(agents, 0, agents.length);
        for (final boolean performer : performs) {
            out.putInt(performer ? 1 : 0);
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws io.tagma.store.StoreException when there are other values at this place of the snapshot
     * @throws IllegalStateException when the snapshot is of a market with other limits
     */
    public void load(final SnapshotReader in) {
        in.expect(MARK);
        ledger.load(in);
        book.load(in);
        reputation.load(in);
        final int slots = in.getInt();
        if (slots != contracts.length) {
            throw new IllegalStateException("the snapshot has contracts of " + slots
                    + " waiting decisions, this engine room for " + contracts.length
                    + "; launch it with the same pendingCapacity");
        }
        in.getLongs(contracts, 0, slots);
        in.getInts(agents, 0, slots);
        for (int i = 0; i < slots; i++) {
            performs[i] = in.getInt() != 0;
        }
    }
}
