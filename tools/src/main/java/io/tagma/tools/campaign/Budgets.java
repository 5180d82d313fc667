package io.tagma.tools.campaign;

import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import java.util.List;

/** What campaigns have spent and promised of one shard's share of their budgets, as an observer adds it up. Micro-credits. Owned by one thread. */
final class Budgets {
    private static final int OPEN = 1 << 16;
    private static final int SLOTS = CampaignContexts.SLOTS.count();

    private final long[] budget = new long[Campaign.COUNT];
    private final long[] dearest = new long[Campaign.COUNT];
    private final long[] spent = new long[Campaign.COUNT];
    private final long[] escrow = new long[Campaign.COUNT];
    private final long[] over = new long[Campaign.COUNT];
    private final int[] buyers = new int[OPEN * SLOTS];
    private final long[] prices = new long[OPEN * SLOTS];
    private float mostReleased;

    Budgets(final List<Campaign> campaigns, final int shard, final int shards) {
        for (final Campaign campaign : campaigns) {
            budget[campaign.number()] =
                    MarketTerms.share(campaign.budgetCredits() * MicroCredits.PER_CREDIT, shard, shards);
            dearest[campaign.number()] = campaign.dearestMicros();
        }
    }

    /** Goes on to a time at which a share of all budgets is released. */
    void release(final float released) {
        mostReleased = Math.max(mostReleased, released);
    }

    /** Notes who got the slots of an impression; {@code buyer} below 0 for nobody. */
    void sold(final long impression, final int slot, final int buyer, final long price) {
        final int at = (int) (impression & (OPEN - 1)) * SLOTS + slot;
        buyers[at] = buyer;
        prices[at] = price;
        if (buyer >= 0) {
            escrow[buyer] += price;
        }
    }

    /** Who got a slot of a recent impression, below 0 for nobody. */
    int buyer(final long impression, final int slot) {
        return buyers[(int) (impression & (OPEN - 1)) * SLOTS + slot];
    }

    /** What the slot costs where it is seen. */
    long price(final long impression, final int slot) {
        return prices[(int) (impression & (OPEN - 1)) * SLOTS + slot];
    }

    /** It is known how many slots of an impression were seen: these are paid, the others given back. */
    void confirm(final long impression, final int seen) {
        for (int s = 0; s < SLOTS; s++) {
            final int buyer = buyer(impression, s);
            if (buyer >= 0) {
                escrow[buyer] -= price(impression, s);
                spent[buyer] += s < seen ? price(impression, s) : 0;
                over[buyer] = Math.max(over[buyer], spent[buyer] - limit(buyer));
            }
        }
    }

    private long limit(final int campaign) {
        return Pacing.releasedMicros(budget[campaign], mostReleased);
    }

    /** Whether what is released, not spent and not promised is enough for any view. */
    boolean canPay(final int campaign, final float released) {
        return bids(campaign, released, spent[campaign] + escrow[campaign]);
    }

    /** Whether it takes part where somebody thinks that so much is gone. */
    boolean bids(final int campaign, final float released, final long gone) {
        return Pacing.releasedMicros(budget[campaign], released) - gone >= dearest[campaign];
    }

    long spent(final int campaign) {
        return spent[campaign];
    }

    /** Spent beyond what was released, each campaign at its worst moment, in credits. */
    double overspend() {
        long sum = 0;
        for (final long micros : over) {
            sum += micros;
        }
        return sum / (double) MicroCredits.PER_CREDIT;
    }

    /** All that was spent, in credits. */
    double revenue() {
        long sum = 0;
        for (final long micros : spent) {
            sum += micros;
        }
        return sum / (double) MicroCredits.PER_CREDIT;
    }
}
