package io.tagma.tools.eval;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an evaluation found. Immutable.
 *
 * @param data the file's name
 * @param events how many examples
 * @param noChange accuracy of saying the last label again, 0 to 1
 * @param models one score a model, at least one
 * @param recoveries around a change, one a model; none where nothing was changed
 */
record EvalReport(String data, int events, double noChange, List<PrequentialScore> models, List<Recovery> recoveries) {
    private static final double PERCENT = 100;

    /** The most accurate. */
    PrequentialScore best() {
        return models.stream()
                .max(Comparator.comparingDouble(PrequentialScore::accuracy))
                .orElseThrow();
    }

    /** For programs; accuracies in percent. */
    Map<String, Object> json() {
        final List<Map<String, Object>> scores = new ArrayList<>();
        for (final PrequentialScore score : models) {
            final Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", score.name());
            one.put("accuracy", rounded(PERCENT * score.accuracy(), 1e3));
            one.put("kappa", rounded(score.kappa(), 1e4));
            one.put("kappa_temporal", rounded(score.kappaTemporal(), 1e4));
            one.put("predict_ns", Math.round(score.predictNs()));
            one.put("learn_ns", Math.round(score.learnNs()));
            scores.add(one);
        }
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", data);
        json.put("events", events);
        json.put("models", scores);
        json.put("best", best().name());
        json.put("no_change", rounded(PERCENT * noChange, 1e3));
        if (!recoveries.isEmpty()) {
            json.put("drift", recoveries.stream().map(Recovery::json).toList());
        }
        return json;
    }

    private static double rounded(final double value, final double parts) {
        return Math.round(value * parts) / parts;
    }

    /** The table's head. */
    static void head(final PrintStream out) {
        out.printf(
                Locale.ROOT,
                "  %-40s %8s %8s %9s %11s %9s%n",
                "model",
                "accuracy",
                "kappa",
                "kappa-t",
                "predict ns",
                "learn ns");
    }

    /** One line of the table. */
    static void line(final PrintStream out, final PrequentialScore score) {
        out.printf(
                Locale.ROOT,
                "  %-40s %8.2f %8.3f %9.3f %11.0f %9.0f%n",
                score.name(),
                PERCENT * score.accuracy(),
                score.kappa(),
                score.kappaTemporal(),
                score.predictNs(),
                score.learnNs());
    }

    /** The closing line. */
    void end(final PrintStream out) {
        out.printf(
                Locale.ROOT,
                "best: %s with %.2f %%; saying the last label again has %.2f %%%n",
                best().name(),
                PERCENT * best().accuracy(),
                PERCENT * noChange);
        if (!recoveries.isEmpty()) {
            Recovery.head(out);
            recoveries.forEach(recovery -> recovery.line(out));
        }
    }
}
