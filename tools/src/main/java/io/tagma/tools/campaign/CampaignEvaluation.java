package io.tagma.tools.campaign;

import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.market.MarketStatistics;
import io.tagma.engine.market.MicroCredits;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks a flight again beside its journaled decisions: what was each impression worth, what would the best assignment to those with money left on its
 * shard have been worth, what was spent, and what had become of the same flight with {@link ShardedCounters}. Owned by one thread.
 */
final class CampaignEvaluation {
    private static final int SLOTS = CampaignContexts.SLOTS.count();

    private final CampaignWorld world;
    private final CampaignStream stream;
    private final int shards;
    private final List<Campaign> campaigns;
    private final Confirmations confirmations = new Confirmations();
    private final List<Budgets> budgets = new ArrayList<>();
    private final ShardedCounters counters;
    private final float[] rows = new float[CampaignWorld.USERS * Interests.ROW];
    private final float[] features = new float[Interests.FEATURES];
    private final long[] values = new long[Campaign.COUNT];
    private final BestAssignment best = new BestAssignment();
    private final double[] wonCredits = new double[Campaign.COUNT];
    private float pacing = Pacing.FIRST;
    private long votes;
    private long votesCarried;
    private long impressions;
    private long sold;
    private double promised;
    private double surplus;
    private double welfare;
    private double optimum;

    CampaignEvaluation(final long seed, final int shards) {
        this.world = new CampaignWorld(seed);
        this.stream = new CampaignStream(world);
        this.shards = shards;
        this.campaigns = Campaign.of(world);
        for (int shard = 0; shard < shards; shard++) {
            budgets.add(new Budgets(campaigns, shard, shards));
        }
        this.counters = new ShardedCounters(campaigns);
    }

    /**
     * Walks as far as there are decisions.
     *
     * @param journals by shard
     * @return whether they are those of this flight from its beginning
     */
    boolean walk(final List<JournaledDecisions> journals) {
        final boolean whole = walkDecisions(journals);
        final JournaledDecisions counting = journals.getFirst();
        pacing = counting.pacing();
        votes = counting.votes();
        votesCarried = counting.votesCarried();
        return whole;
    }

    private boolean walkDecisions(final List<JournaledDecisions> journals) {
        while (stream.next()) {
            final JournaledDecisions journal = journals.get(Subjects.shardOf(stream.subject(), shards));
            if (!journal.next()) {
                return true;
            }
            if (journal.decision().correlationId() != stream.impression()) {
                return false; // old files were removed
            }
            settle();
            impression(journal, budgets.get(Subjects.shardOf(stream.subject(), shards)));
        }
        return true;
    }

    private void settle() {
        while (confirmations.isDue(stream.timeNs())) {
            final long n = confirmations.impression();
            final int seen = world.seen(n);
            final long user = Subjects.of(CampaignContexts.USER, confirmations.user() + 1);
            budgets.get(Subjects.shardOf(user, shards)).confirm(n, seen);
            counters.confirm(n, seen);
            confirmations.remove();
        }
    }

    private void impression(final JournaledDecisions journal, final Budgets own) {
        final Decision decision = journal.decision();
        final long n = stream.impression();
        final int row = stream.user() * Interests.ROW;
        Interests.features(rows, row, stream.timeNs(), stream.page(), features, 0);
        Interests.view(rows, row, stream.timeNs(), stream.page());
        for (int i = 0; i < values.length; i++) {
            values[i] = campaigns.get(i).valueMicros(features);
        }
        final float released = Pacing.released(journal.pacing(), features[Interests.ELAPSED]);
        own.release(released);
        impressions++;
        optimum += best.welfare(values, i -> own.canPay(i, released));
        double worth = 0;
        for (int s = 0; s < SLOTS; s++) {
            final int buyer = s < decision.awardCount() ? decision.awardAgent(s) : -1;
            own.sold(n, s, buyer, buyer < 0 ? 0 : decision.awardPriceMicros(s));
            if (buyer >= 0) {
                count(buyer, decision.awardPriceMicros(s));
                worth += CampaignContexts.SLOTS.ppm(s) * (double) values[buyer] * BestAssignment.PER_WEIGHT;
            }
        }
        welfare += worth;
        counters.impression(n, stream.timeNs(), released, values);
        confirmations.add(stream.timeNs() + world.delayNs(n), n, n, stream.user());
    }

    private void count(final int buyer, final long price) {
        sold++;
        promised += price;
        surplus += values[buyer] - price;
        wonCredits[buyer] += price;
    }

    CampaignResult.Figures figures() {
        double squares = 0;
        double all = 0;
        for (final double won : wonCredits) {
            all += won;
            squares += won * won;
        }
        final double slots = (double) impressions * SLOTS;
        return new CampaignResult.Figures(
                impressions,
                welfare,
                optimum,
                budgets.stream().mapToDouble(Budgets::overspend).sum(),
                counters.overspend(),
                counters.welfareRatio(),
                counters.grossWelfare(),
                slots == 0 ? 0 : sold / slots,
                budgets.stream().mapToDouble(Budgets::revenue).sum(),
                sold == 0 ? 0 : promised / sold / MicroCredits.PER_CREDIT,
                sold == 0 ? 0 : surplus / sold / MicroCredits.PER_CREDIT,
                all == 0 ? 0 : MarketStatistics.MONOPOLY * squares / (all * all),
                pacing,
                votes,
                votesCarried);
    }
}
