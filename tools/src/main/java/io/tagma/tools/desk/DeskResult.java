package io.tagma.tools.desk;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a pass over the desk's data showed. Immutable.
 *
 * @param prequential accuracy of each answer given before its label was learnt
 * @param testAccuracy accuracy of the frozen model, NaN without evaluation data
 * @param macroF1 of the frozen model
 * @param auroc of the out-of-scope score, NaN without out-of-scope data
 * @param outOfScopeRecall share of out-of-scope texts found at the threshold
 * @param inScopeAccuracy accuracy of the frozen model when what reaches the threshold is rejected
 * @param threshold the out-of-scope score that 5 % of in-scope texts reached while the model learnt
 * @param resolved share of tasks that were understood and resolved
 * @param learntPerSecond texts classified and learnt a second
 */
public record DeskResult(
        double prequential,
        double testAccuracy,
        double macroF1,
        double auroc,
        double outOfScopeRecall,
        double inScopeAccuracy,
        double threshold,
        double resolved,
        double learntPerSecond) {

    /** The figures by name, what was not measured left out. */
    public Map<String, Double> figures() {
        final Map<String, Double> figures = new LinkedHashMap<>();
        put(figures, "prequential_accuracy", prequential);
        put(figures, "test_accuracy", testAccuracy);
        put(figures, "macro_f1", macroF1);
        put(figures, "oos_auroc", auroc);
        put(figures, "oos_recall", outOfScopeRecall);
        put(figures, "in_scope_accuracy_with_rejection", inScopeAccuracy);
        put(figures, "oos_threshold", threshold);
        put(figures, "resolved", resolved);
        put(figures, "learnt_per_s", learntPerSecond);
        return figures;
    }

    private static void put(final Map<String, Double> figures, final String name, final double value) {
        if (!Double.isNaN(value)) {
            figures.put(name, value);
        }
    }
}
