package io.tagma.tools.desk;

import io.tagma.tools.scenario.Workload.Finding;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a day at the desk showed; NaN where there was nothing to measure. Immutable.
 *
 * @param prequential accuracy of each answer given before its label was learnt
 * @param testAccuracy accuracy of the frozen model
 * @param macroF1 of the frozen model
 * @param auroc of the out-of-scope score
 * @param outOfScopeRecall share of out-of-scope texts found at the threshold
 * @param inScopeAccuracy accuracy of the frozen model when what reaches the threshold is rejected
 * @param threshold the out-of-scope score that 5 % of in-scope texts reached in the lessons that it was set by
 * @param resolved share of tasks that were understood and resolved
 */
record DeskResult(
        double prequential,
        double testAccuracy,
        double macroF1,
        double auroc,
        double outOfScopeRecall,
        double inScopeAccuracy,
        double threshold,
        double resolved) {
    private static final double REJECTED_SHARE = 0.05;

    /**
     * Evaluates the answers from the {@code first}-th on.
     *
     * @param calibrating the first of the lessons whose answers, given before they were learnt, set the threshold for rejection
     */
    static DeskResult of(
            final DeskData data,
            final DeskAnswers answers,
            final int first,
            final int calibrating,
            final double resolved) {
        final int lessons = data.train().size();
        final ClassificationQuality test =
                new ClassificationQuality(data.catalogue().size());
        final OutOfScopeQuality scope = new OutOfScopeQuality();
        final float threshold = threshold(answers, Math.max(first, calibrating), lessons);
        int kept = 0;
        for (int i = Math.max(first, lessons); i < data.size(); i++) {
            if (!answers.has(i)) {
                break;
            }
            if (i < lessons + data.eval().size()) {
                final int meant = data.catalogue().number(data.at(i).intent());
                test.add(meant, answers.intent(i));
                scope.addInside(answers.strangeness(i));
                kept += meant == answers.intent(i) && answers.strangeness(i) < threshold ? 1 : 0;
            } else {
                scope.addOutside(answers.strangeness(i));
            }
        }
        return new DeskResult(
                accuracy(data, answers, first, lessons),
                test.accuracy(),
                test.macroF1(),
                scope.auroc(),
                scope.recallAt(threshold),
                test.count() == 0 ? Double.NaN : (double) kept / test.count(),
                threshold,
                resolved);
    }

    /** Share of right answers among some lessons; NaN where none was answered. */
    static double accuracy(final DeskData data, final DeskAnswers answers, final int from, final int to) {
        int right = 0;
        int count = 0;
        for (int i = from; i < to; i++) {
            if (answers.has(i)) {
                count++;
                right += answers.intent(i) == data.catalogue().number(data.at(i).intent()) ? 1 : 0;
            }
        }
        return count == 0 ? Double.NaN : (double) right / count;
    }

    /** From lessons late in the day: no test data is looked at. */
    private static float threshold(final DeskAnswers answers, final int from, final int lessons) {
        final float[] later = new float[Math.max(0, lessons - from)];
        int count = 0;
        for (int i = from; i < lessons && answers.has(i); i++) {
            later[count++] = answers.strangeness(i);
        }
        Arrays.sort(later, 0, count);
        return count == 0 ? 1f : later[(int) ((1.0 - REJECTED_SHARE) * (count - 1))];
    }

    /** The figures by name, what was not measured left out. */
    Map<String, Double> figures() {
        final Map<String, Double> figures = new LinkedHashMap<>();
        put(figures, "prequential_accuracy", prequential);
        put(figures, "test_accuracy", testAccuracy);
        put(figures, "macro_f1", macroF1);
        put(figures, "oos_auroc", auroc);
        put(figures, "oos_recall", outOfScopeRecall);
        put(figures, "in_scope_accuracy_with_rejection", inScopeAccuracy);
        put(figures, "oos_threshold", threshold);
        put(figures, "resolved", resolved);
        return figures;
    }

    private static void put(final Map<String, Double> figures, final String name, final double value) {
        if (!Double.isNaN(value)) {
            figures.put(name, value);
        }
    }

    /** The figures in words. */
    void describe(final List<Finding> findings) {
        add(findings, "learning", "%.2f %% of answers right before their label was learnt", 100 * prequential);
        add(findings, "test", "%.2f %% right, frozen model", 100 * testAccuracy);
        add(findings, "macro F1", "%.2f", 100 * macroF1);
        add(findings, "out of scope", "AUROC %.2f", 100 * auroc);
        if (!Double.isNaN(outOfScopeRecall)) {
            findings.add(new Finding(
                    "rejection",
                    String.format(
                            Locale.ROOT,
                            "%.1f %% of out-of-scope texts found, %.2f %% of in-scope ones still right",
                            100 * outOfScopeRecall,
                            100 * inScopeAccuracy)));
        }
        add(findings, "resolved", "%.1f %% of tasks by the operator that won them", 100 * resolved);
    }

    private static void add(final List<Finding> findings, final String label, final String format, final double value) {
        if (!Double.isNaN(value)) {
            findings.add(new Finding(label, String.format(Locale.ROOT, format, value)));
        }
    }
}
