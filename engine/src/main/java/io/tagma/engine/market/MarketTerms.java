package io.tagma.engine.market;

import io.tagma.engine.agent.AgentDescriptor;

/**
 * What the market of an engine begins with: accounts, contracts, how fast reputation fades. Immutable. With several shards each
 * keeps a ledger of its own, over its share of every opening balance.
 *
 * @param contract deadlines, penalty, stake, cost cap
 * @param capacity most contracts open at a time on one shard
 * @param agentCredits opening balance of an agent whose metadata has no {@link #CREDITS}
 * @param houseCredits opening balance of the house, which pays in procurement
 * @param halfLifeNs time in which half of an agent's reputation is forgotten
 */
public record MarketTerms(ContractTerms contract, int capacity, long agentCredits, long houseCredits, long halfLifeNs) {
    /** Key of an agent's metadata that gives its opening balance in whole credits. */
    public static final String CREDITS = "credits";

    /** 4,096 contracts, agents with nothing, a house with a million credits, a half-life of 30 days. */
    public static final MarketTerms DEFAULT =
            new MarketTerms(ContractTerms.DEFAULT, 4096, 0, 1_000_000, 30L * 86_400 * 1_000_000_000);

    private static final long MOST_CREDITS = MicroCredits.MAX / MicroCredits.PER_CREDIT;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming what is out of range
     */
    public MarketTerms {
        if (capacity < 1 || capacity > 1 << 20 || halfLifeNs < 1) {
            throw new IllegalArgumentException("a market needs a capacity of 1 to 1048576 and a positive halfLifeNs: "
                    + capacity + ", " + halfLifeNs);
        }
        check(agentCredits, "agentCredits");
        check(houseCredits, "houseCredits");
    }

    private static void check(final long credits, final String name) {
        if (credits < 0 || credits > MOST_CREDITS) {
            throw new IllegalArgumentException(name + " must be 0 to " + MOST_CREDITS + ": " + credits);
        }
    }

    /**
     * Opening balance of an agent in micro-credits, over all shards.
     *
     * @throws IllegalArgumentException when its metadata gives none that can be read
     */
    public long openingMicros(final AgentDescriptor agent) {
        final String text = agent.metadata().get(CREDITS);
        if (text == null) {
            return agentCredits * MicroCredits.PER_CREDIT;
        }
        final long credits;
        try {
            credits = Long.parseLong(text);
        } catch (final NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "agent '" + agent.name() + "' has " + CREDITS + " '" + text + "': give whole credits, e.g. 450",
                    notANumber);
        }
        check(credits, "metadata " + CREDITS + " of agent '" + agent.name() + "'");
        return credits * MicroCredits.PER_CREDIT;
    }

    /** A shard's part of an amount: equal parts, what is left over micro-credit by micro-credit to the first shards. */
    public static long share(final long micros, final int shard, final int shards) {
        return micros / shards + (shard < micros % shards ? 1 : 0);
    }
}
