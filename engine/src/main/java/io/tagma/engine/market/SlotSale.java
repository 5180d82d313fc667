package io.tagma.engine.market;

import io.tagma.engine.agent.AgentCell;

/**
 * The last sale of several slots: who won which, for how much, by which contract. Written by the {@link MarketStation} whose it is,
 * owned by the shard's thread.
 */
public final class SlotSale {
    private final SlotClearing clearing = new SlotClearing();
    private final int[] agents = new int[SlotWeights.MAX_SLOTS];
    private final long[] contracts = new long[SlotWeights.MAX_SLOTS];
    private int count;

    SlotSale() {}

    void forget() {
        count = 0;
    }

    int clear(final AuctionTerms terms, final long[] bidsMicros, final int bids, final AgentCell[] candidates) {
        count = clearing.clear(terms, bidsMicros, bids);
        for (int s = 0; s < count; s++) {
            agents[s] = candidates[clearing.winner(s)].agentId();
            contracts[s] = MarketStation.NO_CONTRACT;
        }
        return count;
    }

    void contract(final int slot, final long number) {
        contracts[slot] = number;
    }

    void unsold(final int slot) {
        agents[slot] = Clearing.NO_WINNER;
    }

    /** Slots that found a winner, from the best. */
    public int count() {
        return count;
    }

    /** Index among the candidates of who won a slot below {@link #count}. */
    public int winner(final int slot) {
        return clearing.winner(slot);
    }

    /** Agent that has the slot, or {@link Clearing#NO_WINNER} where no contract could be made with who won it. */
    public int agent(final int slot) {
        return agents[slot];
    }

    /** What the winner of a slot bid. */
    public long bidMicros(final int slot) {
        return clearing.bidMicros(slot);
    }

    /** Price of a delivery in a slot; 0 where it is not sold. */
    public long priceMicros(final int slot) {
        return agents[slot] == Clearing.NO_WINNER ? 0 : clearing.priceMicros(slot);
    }

    /** Contract of a slot, or {@link MarketStation#NO_CONTRACT}. */
    public long contract(final int slot) {
        return contracts[slot];
    }

    /** Bids that took part. */
    public int admitted() {
        return clearing.admitted();
    }

    /** Bids that were no amount or outside the reserve. */
    public int refused() {
        return clearing.refused();
    }
}
