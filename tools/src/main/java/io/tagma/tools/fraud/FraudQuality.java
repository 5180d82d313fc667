package io.tagma.tools.fraud;

import io.tagma.engine.ingest.Decision;
import io.tagma.tools.scenario.Workload.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well team and single model rank, prequentially: each payment is scored before its outcome teaches. Each shard's
 * thread adds to its own counts; anyone may look, and may miss what is just being added.
 */
final class FraudQuality {
    private static final double ALERT_BUDGET = 0.01;

    private final RankingQuality[] team;
    private final RankingQuality[] single;

    FraudQuality(final int shards) {
        team = new RankingQuality[shards];
        single = new RankingQuality[shards];
        for (int i = 0; i < shards; i++) {
            team[i] = new RankingQuality();
            single[i] = new RankingQuality();
        }
    }

    /** Adds a decision; on its shard's thread. The shadow's ballot is the last. */
    void add(final Decision decision, final boolean fraud) {
        team[decision.shard()].add(FraudMath.logit(decision.score()), fraud);
        single[decision.shard()].add(decision.ballot(decision.ballotCount() - 1), fraud);
    }

    private static RankingQuality sum(final RankingQuality[] shards) {
        if (shards.length == 1) {
            return shards[0];
        }
        final RankingQuality sum = new RankingQuality();
        for (final RankingQuality shard : shards) {
            sum.addAll(shard);
        }
        return sum;
    }

    String headline() {
        final RankingQuality all = sum(team);
        if (all.fraudCount() == 0) {
            return "";
        }
        return String.format(Locale.ROOT, "AUC %.3f  AP %.3f", all.rocAuc(), all.averagePrecision());
    }

    Map<String, Object> figures() {
        final RankingQuality ofTeam = sum(team);
        final RankingQuality ofSingle = sum(single);
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("auc", rounded(ofTeam.rocAuc()));
        figures.put("ap", rounded(ofTeam.averagePrecision()));
        figures.put("single_auc", rounded(ofSingle.rocAuc()));
        figures.put("single_ap", rounded(ofSingle.averagePrecision()));
        figures.put("frauds", ofTeam.fraudCount());
        figures.put("scored", ofTeam.count());
        figures.put("alert_budget", ALERT_BUDGET);
        figures.put("caught", rounded(ofTeam.caughtWithin(ALERT_BUDGET)));
        figures.put("single_caught", rounded(ofSingle.caughtWithin(ALERT_BUDGET)));
        return figures;
    }

    /** Six digits; a figure that there is not yet is 0, for JSON has no NaN. */
    private static double rounded(final double figure) {
        return Double.isFinite(figure) ? Math.round(figure * 1e6) / 1e6 : 0;
    }

    List<Finding> findings(final long refusedOutcomes) {
        final RankingQuality ofTeam = sum(team);
        final RankingQuality ofSingle = sum(single);
        final List<Finding> findings = new ArrayList<>();
        if (ofTeam.fraudCount() == 0) {
            findings.add(new Finding("quality", "no fraud among " + ofTeam.count() + " payments: nothing to rank"));
        } else {
            findings.add(new Finding("team of four", line(ofTeam)));
            findings.add(new Finding("single model", line(ofSingle)));
            findings.add(new Finding(
                    "frauds",
                    String.format(
                            Locale.ROOT,
                            "%,d of %,d payments; caught = within the %.0f %% that score highest",
                            ofTeam.fraudCount(),
                            ofTeam.count(),
                            ALERT_BUDGET * 100)));
        }
        if (refusedOutcomes > 0) {
            findings.add(new Finding("outcomes lost", refusedOutcomes + " found no room to wait in"));
        }
        return findings;
    }

    private static String line(final RankingQuality quality) {
        return String.format(
                Locale.ROOT,
                "ROC-AUC %.4f   avg. precision %.4f   caught %.1f %%",
                quality.rocAuc(),
                quality.averagePrecision(),
                100 * quality.caughtWithin(ALERT_BUDGET));
    }
}
