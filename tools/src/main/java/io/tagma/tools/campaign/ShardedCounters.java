package io.tagma.tools.campaign;

import io.tagma.engine.market.SlotClearing;
import java.util.Arrays;
import java.util.List;

/**
 * The day as it goes without a ledger: eight servers, each counting what it knows to be spent. A server counts its own views when they are confirmed and
 * learns of the others' once a minute; what is promised and not confirmed yet is counted nowhere. Same auctions, same pacing, same delays.
 * Owned by one thread.
 */
final class ShardedCounters {
    private static final int SERVERS = 8;
    private static final long SYNC_NS = 60_000_000_000L;
    private static final double PER_WEIGHT = 1e-12;

    private final Budgets budgets;
    private final long[] counted = new long[SERVERS * Campaign.COUNT];
    private final long[] bids = new long[Campaign.COUNT];
    private final double[] welfare = new double[Campaign.COUNT];
    private final SlotClearing clearing = new SlotClearing();
    private long nextSyncNs = CampaignWorld.START_NS;

    ShardedCounters(final List<Campaign> campaigns) {
        budgets = new Budgets(campaigns);
    }

    void impression(final long n, final long timeNs, final float released, final long[] values) {
        if (timeNs >= nextSyncNs) {
            sync();
            nextSyncNs = timeNs + SYNC_NS;
        }
        budgets.release(released);
        final int server = server(n) * Campaign.COUNT;
        for (int i = 0; i < bids.length; i++) {
            final long left = Pacing.releasedMicros(budgets.budget(i), released) - counted[server + i];
            bids[i] = values[i] <= left ? values[i] : -1;
        }
        final int filled = clearing.clear(CampaignContexts.TERMS, bids, bids.length);
        for (int s = 0; s < CampaignContexts.SLOTS.count(); s++) {
            final int buyer = s < filled ? clearing.winner(s) : -1;
            budgets.sold(n, s, buyer, buyer < 0 ? 0 : clearing.priceMicros(s));
            if (buyer >= 0) {
                welfare[buyer] += CampaignContexts.SLOTS.ppm(s) * (double) values[buyer] * PER_WEIGHT;
            }
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

    /** Welfare in credits, of each campaign the share that its budget covers: what was shown beyond it nobody pays for. */
    double coveredWelfare() {
        final double[] covered = Arrays.copyOf(welfare, welfare.length);
        double sum = 0;
        for (int i = 0; i < covered.length; i++) {
            sum += covered[i] * budgets.coveredShare(i);
        }
        return sum;
    }
}
