package io.tagma.tools.fraud;

import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.training.LearningCurve;
import io.tagma.engine.training.SequentialTest.Verdict;
import io.tagma.engine.training.TrainingOrder;
import io.tagma.engine.training.TrainingRecord;
import io.tagma.tools.scenario.Workload.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is learnt from the outcomes as they fall due: a learning curve of each model, and the verdict on a challenger, given as an order
 * to the engine. Shards leave each decision's ballots here; the submitting thread, which has seen that the decision was made, reads
 * them. All else is the submitting thread's.
 */
final class FraudTrial {
    private static final int MEAN_OF = 20; // frauds: losses of single ones are too far apart for their logarithms
    private static final int WINDOW = 10;
    private static final int PATIENCE = 10;
    private static final int MOST_SHOWN = 100;
    private static final float LARGEST = 15f; // margin of log-odds beyond which a loss is cut

    private final List<String> names = new ArrayList<>();
    private final List<Integer> ballots = new ArrayList<>();
    private final List<LearningCurve> curves = new ArrayList<>();
    private final float[] scores;
    private final byte[] served;
    private final int mask;
    private final @Nullable RankTrial trial;
    private final String challenger;
    private final long from;
    private final float[] lastHonest;
    private final double[] sums;
    private final int[] summed;
    private final RankingQuality ofServed = new RankingQuality();
    private boolean decided;
    private long outcomes;
    private long decidedAt;
    private @Nullable TrainingRecord order;

    /**
     * A trial.
     *
     * @param properties what the run noted
     * @param decisions kept at a time, a power of two
     * @param alpha of the test
     * @param from first event that counts in it
     */
    FraudTrial(final Map<String, String> properties, final int decisions, final double alpha, final long from) {
        this.from = from;
        challenger = properties.getOrDefault(TrialOptions.CHALLENGER, "");
        add("team", -1);
        int shadow = FraudTeam.SIZE;
        if (!challenger.isEmpty()) {
            add(ChallengerAgent.NAME, shadow++);
            shadow++; // who serves
        }
        if (properties.containsKey(TrialOptions.TRAINER)) {
            add(TrainedAgent.NAME, shadow++);
        }
        add(SingleModelAgent.NAME, shadow);
        trial = challenger.isEmpty() ? null : new RankTrial(alpha);
        mask = decisions - 1;
        scores = new float[decisions * names.size()];
        served = new byte[decisions];
        sums = new double[names.size()];
        summed = new int[names.size()];
        lastHonest = new float[names.size()];
        Arrays.fill(lastHonest, Float.NaN);
    }

    private void add(final String name, final int ballot) {
        names.add(name);
        ballots.add(ballot);
        curves.add(new LearningCurve(WINDOW, PATIENCE));
    }

    /** A decision was made; on its shard's thread, before anyone is told. */
    void decided(final Decision decision) {
        final int at = (int) decision.correlationId() & mask;
        for (int i = 0; i < names.size(); i++) {
            final int ballot = ballots.get(i);
            scores[at * names.size() + i] = ballot < 0 ? FraudMath.logit(decision.score()) : decision.ballot(ballot);
        }
        served[at] = trial == null ? 0 : (byte) decision.ballot(FraudTeam.SIZE + 1);
    }

    /** An outcome is due. On the submitting thread; a verdict is given to the engine, which is stepped while it is waited for. */
    void outcome(final long id, final boolean fraud, final @Nullable Engine engine, final Runnable step) {
        final int at = (int) id & mask;
        outcomes++;
        addToCurves(at, fraud);
        if (trial != null && id >= from) {
            final boolean challengers = served[at] % 2 == 0;
            final float score = scores[at * names.size() + (challengers ? 1 : names.size() - 1)];
            ofServed.add(score, fraud);
            if (served[at] > ServingAgent.CHALLENGER) {
                decided = true; // in an earlier run
            } else if (!decided && trial.add(challengers, score, fraud) != Verdict.OPEN && engine != null) {
                decided = true;
                decidedAt = outcomes;
                order = engine.training().give(order(trial.verdict(), challenger), step);
            }
        }
    }

    /**
     * Adds the logistic loss of ranking a fraud above the honest payment before it (RankNet; Burges and others, 2005): unlike the loss
     * of each payment it does not follow the share of frauds.
     */
    private void addToCurves(final int at, final boolean fraud) {
        for (int i = 0; i < names.size(); i++) {
            final float score = scores[at * names.size() + i];
            if (!fraud) {
                lastHonest[i] = score;
            } else if (!Float.isNaN(lastHonest[i])) {
                sums[i] += loss(score - lastHonest[i]) / MEAN_OF;
                if (++summed[i] == MEAN_OF) {
                    curves.get(i).add(sums[i]);
                    sums[i] = 0;
                    summed[i] = 0;
                }
            }
        }
    }

    /** What grows has no versions: it serves from then on, and that is all. */
    private static TrainingOrder order(final Verdict verdict, final String challenger) {
        final boolean promote = verdict == Verdict.PROMOTE;
        final String serve = "inject " + ServingAgent.NAME + " 0 " + ServingAgent.CHALLENGER_PROMOTED;
        return TrainingOrder.of(
                "champion-challenger",
                promote ? "the challenger ranks frauds better" : "the challenger ranks frauds worse",
                promote
                        ? Contender.grows(challenger)
                                ? List.of(serve)
                                : List.of(serve, "promote " + ChallengerAgent.NAME)
                        : List.of(
                                "inject " + ServingAgent.NAME + " 0 " + ServingAgent.CHAMPION_KEPT,
                                "freeze " + ChallengerAgent.NAME));
    }

    private static double loss(final float margin) {
        return Float.isFinite(margin)
                ? -FloatMath.log(FloatMath.sigmoid(Math.clamp(margin, -LARGEST, LARGEST)))
                : Double.NaN;
    }

    /** Adds {@code curves} and, with a challenger, {@code ab}. */
    void figures(final Map<String, Object> into) {
        final Map<String, Object> learning = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            learning.put(names.get(i), curve(curves.get(i)));
        }
        into.put("curves", learning);
        if (trial != null) {
            final Map<String, Object> ab = new LinkedHashMap<>();
            ab.put("champion", SingleModelAgent.NAME);
            ab.put("challenger", challenger);
            ab.put("verdict", trial.verdict().name().toLowerCase(Locale.ROOT));
            ab.put("outcomes", outcomes);
            ab.put("verdict_at_outcome", decidedAt);
            ab.put("order_sequence", order == null ? 0 : order.sequence());
            ab.put("pairs", trial.pairs());
            ab.put("champion_questions", trial.asked(false));
            ab.put("champion_right", trial.rightShare(false));
            ab.put("challenger_questions", trial.asked(true));
            ab.put("challenger_right", trial.rightShare(true));
            ab.put("served_auc", ofServed.fraudCount() == 0 ? 0 : ofServed.rocAuc());
            into.put("ab", ab);
        }
    }

    private static Map<String, Object> curve(final LearningCurve curve) {
        final List<LearningCurve.Point> all = curve.points();
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", curve.state().name().toLowerCase(Locale.ROOT));
        json.put("windows", all.size());
        final List<Map<String, Object>> points = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_SHOWN, all.size()); i++) {
            // spread over the whole, the last among them
            final LearningCurve.Point point =
                    all.get(all.size() - 1 - (int) ((long) i * all.size() / Math.min(MOST_SHOWN, all.size())));
            final Map<String, Object> one = new LinkedHashMap<>();
            one.put("frauds", MEAN_OF * point.events());
            one.put("loss", point.loss());
            one.put("low", point.low());
            one.put("high", point.high());
            points.addFirst(one);
        }
        json.put("points", points);
        return json;
    }

    /** For people. */
    List<Finding> findings() {
        final List<Finding> findings = new ArrayList<>();
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            final List<LearningCurve.Point> points = curves.get(i).points();
            if (!points.isEmpty()) {
                line.append(String.format(
                        Locale.ROOT,
                        "%s%s %.4f to %.4f (%s)",
                        line.isEmpty() ? "" : ", ",
                        names.get(i),
                        points.getFirst().loss(),
                        points.getLast().loss(),
                        curves.get(i).state().name().toLowerCase(Locale.ROOT)));
            }
        }
        findings.add(new Finding("ranking loss", line.isEmpty() ? "too few outcomes for a curve" : line.toString()));
        if (trial != null) {
            findings.add(new Finding(
                    "a/b",
                    String.format(
                            Locale.ROOT,
                            "%s: %s, %,d pairs; champion right in %.1f %%, challenger in %.1f %%%s",
                            challenger,
                            trial.verdict(),
                            trial.pairs(),
                            100 * trial.rightShare(false),
                            100 * trial.rightShare(true),
                            order == null ? "" : "; order journaled as input " + order.sequence())));
        }
        return findings;
    }
}
