package io.tagma.engine.market;

/**
 * One shard's market as observers see it: nothing here changes it. Exact while the shard does not run (stepped by the caller, or closed);
 * from other threads a figure may be a moment old, and sums may be caught in the middle of a transfer.
 */
public final class MarketView {
    private final MarketStation station;
    private final AskedCounts asked;

    /** A view of a market, and of what its auctions ask for. */
    public MarketView(final MarketStation station, final AskedCounts asked) {
        this.station = station;
        this.asked = asked;
    }

    /** What an account of the {@link CreditLedger} has, in micro-credits. */
    public long balanceMicros(final int account) {
        return station.ledger().balanceMicros(account);
    }

    /** Sum over all accounts: 0. */
    public long sumMicros() {
        return station.ledger().sumMicros();
    }

    /** Standing of an agent by its contracts' outcomes at a time, 0 to 1. */
    public double reputation(final int agentId, final long nowNs) {
        return station.reputation().of(agentId, nowNs);
    }

    /** Contracts whose outcome is still to come. */
    public int openContracts() {
        return station.book().open();
    }

    /** Awards that could not become a contract, since launch. */
    public long refusals() {
        return station.refusals();
    }

    /** Bids that were left out because their bidders could not have paid them, since launch. */
    public long unaffordable() {
        return station.unaffordable();
    }

    /** Contracts that ended at their deadline, since launch. */
    public long late() {
        return station.late();
    }

    /** Auctions that awaited bids, and what became of these. */
    public AskedCounts asked() {
        return asked;
    }

    /** Participation, fill rate, prices, since launch. */
    public MarketStatistics statistics() {
        return station.statistics();
    }
}
