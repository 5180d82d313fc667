package io.tagma.engine.observe;

/** One shard's market over JMX, where an intent is traded: {@code io.tagma:type=Market,engine=NAME,shard=N}. Rates and means since the launch. */
public interface MarketMXBean {
    /** Auctions held. */
    long getAuctions();

    /** Items and slots that found a winner. */
    long getFilled();

    /** Share of those asked who bid within the reserve, 0 to 1. */
    double getParticipation();

    /** Share of items and slots that found a winner, 0 to 1. */
    double getFillRate();

    /** Mean price, credits. */
    double getMeanPrice();

    /** Mean of what winners gained, their bids taken for their values, credits. */
    double getMeanSurplus();

    /** Herfindahl-Hirschman index of turnover, 0 to 10,000. */
    double getConcentration();

    /** Sum over all accounts, micro-credits: 0, or the ledger is broken. */
    long getLedgerSumMicros();

    /** What is promised and not yet paid, micro-credits. */
    long getEscrowMicros();

    /** What the house has, micro-credits. */
    long getHouseMicros();

    /** Contracts whose outcome is still to come. */
    int getOpenContracts();

    /** Awards that could not become a contract: overdraft, cost cap, book full. */
    long getRefusals();

    /** Bids left out because their bidders could not have paid them. */
    long getUnaffordable();

    /** Auctions that awaited bids from outside the shard. */
    long getAsked();

    /** Of these, those whose window was over before all had answered. */
    long getAskedEnded();

    /** Auctions decided at once on posted bids, since as many were open as may be. */
    long getAskedFull();

    /** Bids that were awaited and counted, answers that decline included. */
    long getAskedBids();

    /** Bidders of whom there is word that they will not answer: failed, or not to be reached. */
    long getAskedUnavailable();

    /** Bids that came when their window was over: not counted. */
    long getLateBids();

    /** Bids whose amount is none: not counted. */
    long getMalformedBids();

    /** Bids after the first of the same bidder: not counted. */
    long getDuplicateBids();

    /** Bids of who was not asked: not counted. */
    long getUnknownBids();

    /** Contracts that ended at their deadline. */
    long getLate();
}
