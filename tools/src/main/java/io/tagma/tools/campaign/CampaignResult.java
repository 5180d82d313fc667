package io.tagma.tools.campaign;

import io.tagma.engine.Engine;
import io.tagma.store.JournalTailer;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.scenario.Workload.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/**
 * How a flight went, told from its journal alone, so that a run that was interrupted is judged as a whole. Immutable.
 *
 * @param figuresOrNull what the journal shows, or null where its beginning was removed
 * @param ledgerMicros sum over all accounts of all shards
 * @param participation share of campaigns asked that bid, since the launch
 */
record CampaignResult(CampaignResult.@Nullable Figures figuresOrNull, long ledgerMicros, double participation) {
    /**
     * What a flight's journal shows. Amounts in credits.
     *
     * @param impressions decided
     * @param welfare sum of the winners' values by how often their slots are seen
     * @param optimum the most that could have been, impression by impression, given who had money left then on its shard
     * @param overspend spent beyond what budgets had released
     * @param baselineOverspend the same with sharded counters
     * @param baselineRatio welfare that budgets cover with sharded counters, over the most that could have been as they stood
     * @param baselineGross welfare with sharded counters, what nobody pays for included
     * @param fillRate share of slots sold
     * @param revenue paid for what was seen
     * @param meanPrice of a view
     * @param meanSurplus what a winner gains by a view
     * @param concentration Herfindahl-Hirschman index of what campaigns bought
     * @param pacing at the end
     * @param votes held on it
     * @param votesCarried how many moved it
     */
    record Figures(
            long impressions,
            double welfare,
            double optimum,
            double overspend,
            double baselineOverspend,
            double baselineRatio,
            double baselineGross,
            double fillRate,
            double revenue,
            double meanPrice,
            double meanSurplus,
            double concentration,
            float pacing,
            long votes,
            long votesCarried) {
        double welfareRatio() {
            return optimum == 0 ? 0 : welfare / optimum;
        }
    }

    /** Reads the journals of an engine that is closed. */
    static CampaignResult of(final Engine engine, final long seed) {
        final int shards = engine.context().shards();
        long sum = 0;
        double participation = 0;
        for (int shard = 0; shard < shards; shard++) {
            sum += engine.shard(shard).market().sumMicros();
            participation += engine.shard(shard).market().statistics().participation() / shards;
        }
        final List<JournaledDecisions> journals = new ArrayList<>();
        try (StoreDirectory directory = StoreDirectory.attach(engine.context().directory())) {
            for (int shard = 0; shard < shards; shard++) {
                journals.add(new JournaledDecisions(shard, JournalTailer.open(directory.journal(shard))));
            }
            final CampaignEvaluation evaluation = new CampaignEvaluation(seed, shards);
            return new CampaignResult(evaluation.walk(journals) ? evaluation.figures() : null, sum, participation);
        } finally {
            CloseHelper.quietCloseAll(journals);
        }
    }

    /** For programs. */
    Map<String, Object> figures() {
        final Map<String, Object> json = new LinkedHashMap<>();
        final Figures figures = figuresOrNull;
        if (figures != null) {
            json.put("impressions", figures.impressions());
            json.put("welfare", figures.welfare());
            json.put("welfare_optimum", figures.optimum());
            json.put("welfare_ratio", figures.welfareRatio());
            json.put("overspend", figures.overspend());
            json.put("baseline_overspend", figures.baselineOverspend());
            json.put("baseline_welfare_ratio", figures.baselineRatio());
            json.put("baseline_gross_welfare", figures.baselineGross());
            json.put("fill_rate", figures.fillRate());
            json.put("revenue", figures.revenue());
            json.put("mean_price", figures.meanPrice());
            json.put("mean_surplus", figures.meanSurplus());
            json.put("concentration", figures.concentration());
            json.put("pacing", figures.pacing());
            json.put("votes", figures.votes());
            json.put("votes_carried", figures.votesCarried());
        }
        json.put("participation", participation);
        json.put("ledger_sum_micros", ledgerMicros);
        return json;
    }

    /** For people. */
    void describe(final List<Finding> findings) {
        final Figures figures = figuresOrNull;
        if (figures == null) {
            findings.add(new Finding("quality", "not judged: the journal's beginning is not there any more"));
            return;
        }
        findings.add(finding(
                "welfare",
                "%,.0f credits, %.2f %% of the best given the budgets",
                figures.welfare(),
                100 * figures.welfareRatio()));
        findings.add(finding(
                "overspend",
                "%.2f credits; sharded counters with the same delays: %,.0f, for views worth %,.0f in all",
                figures.overspend(),
                figures.baselineOverspend(),
                figures.baselineGross()));
        findings.add(finding(
                "market",
                "%.1f %% of slots sold, revenue %,.0f credits, a view %.3f, concentration %,.0f",
                100 * figures.fillRate(),
                figures.revenue(),
                figures.meanPrice(),
                figures.concentration()));
        findings.add(finding(
                "pacing",
                "%.2f after %d votes, %d carried; ledger sums to %d",
                figures.pacing(),
                figures.votes(),
                figures.votesCarried(),
                ledgerMicros));
    }

    private static Finding finding(final String label, final String format, final Object... values) {
        return new Finding(label, String.format(Locale.ROOT, format, values));
    }
}
