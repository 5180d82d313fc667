package io.tagma.tools.campaign;

import io.tagma.engine.market.SlotClearing;
import java.util.List;

/**
 * The day as it goes without a ledger: eight servers, each counting what it knows to be spent. A server counts its own views when they are confirmed and
 * learns of the others' once a minute; what is promised and not confirmed yet is counted nowhere. Same auctions, same pacing, same delays.
 * Owned by one thread.
 */
final class ShardedCounters {
    private static final int SERVERS = 8;
    private static final long SYNC_NS = 60_000_000_000L;

    private final Budgets budgets;
    private final long[] counted = new long[SERVERS * Campaign.COUNT];
    private final long[] bids = new long[Campaign.COUNT];
    private final BestAssignment best = new BestAssignment();
    private final SlotClearing clearing = new SlotClearing();
    private double optimum;
    private double covered;
    private double gross;
    private long nextSyncNs = CampaignWorld.START_NS;

    ShardedCounters(final List<Campaign> campaigns) {
        budgets = new Budgets(campaigns, 0, 1);
    }

    void impression(final long n, final long timeNs, final float released, final long[] values) {
        if (timeNs >= nextSyncNs) {
            sync();
            nextSyncNs = timeNs + SYNC_NS;
        }
        budgets.release(released);
        final int server = server(n) * Campaign.COUNT;
        for (int i = 0; i < bids.length; i++) {
            bids[i] = budgets.bids(i, released, counted[server + i]) ? values[i] : -1;
        }
        optimum += best.welfare(values, i -> budgets.canPay(i, released));
        final int filled = clearing.clear(CampaignContexts.TERMS, bids, bids.length);
        for (int s = 0; s < CampaignContexts.SLOTS.count(); s++) {
            final int buyer = s < filled ? clearing.winner(s) : -1;
            if (buyer >= 0) {
                final double worth = CampaignContexts.SLOTS.ppm(s) * (double) values[buyer] * BestAssignment.PER_WEIGHT;
                gross += worth;
                covered += budgets.canPay(buyer, released) ? worth : 0;
            }
            budgets.sold(n, s, buyer, buyer < 0 ? 0 : clearing.priceMicros(s));
        }
    }

    private static int server(final long n) {
        return (int) (n % SERVERS);
    }

    private void sync() {
        for (int server = 0; server < SERVERS; server++) {
            for (int i = 0; i < Campaign.COUNT; i++) {
                counted[server * Campaign.COUNT + i] = budgets.spent(i);
            }
        }
    }

    void confirm(final long n, final int seen) {
        for (int s = 0; s < seen; s++) {
            final int buyer = budgets.buyer(n, s);
            if (buyer >= 0) {
                counted[server(n) * Campaign.COUNT + buyer] += budgets.price(n, s);
            }
        }
        budgets.confirm(n, seen);
    }

    double overspend() {
        return budgets.overspend();
    }

    /**
     * Welfare of what buyers could pay for, over the most that could have been, impression by impression, with budgets as they stood: what is shown
     * beyond a budget nobody pays for, and it was shown in place of something that somebody would have.
     */
    double welfareRatio() {
        return optimum == 0 ? 0 : covered / optimum;
    }

    /** Welfare of all that was shown, paid for or not, in credits. */
    double grossWelfare() {
        return gross;
    }
}
