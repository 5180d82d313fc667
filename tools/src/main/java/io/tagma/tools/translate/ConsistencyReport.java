package io.tagma.tools.translate;

import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.fraud.ConsistencyCheck;
import io.tagma.tools.fraud.ConsistencyCheck.Result;
import io.tagma.tools.fraud.FeatureDistance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Says how a consistency suite went: tables for people, JSON for programs. Stateless. */
final class ConsistencyReport {
    private static final int FARTHEST_SHOWN = 3;

    private ConsistencyReport() {}

    /** Prints and writes; returns the exit code. */
    static int give(final Terminal terminal, final List<Result> results, final JsonSummary summary) throws IOException {
        agreement(terminal, results);
        translators(terminal, results);
        edits(terminal, results);
        distributions(terminal, results);
        final boolean holds = results.stream().allMatch(Result::holds);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        holds ? "all decide as before in %.0f %% or more%n" : "not all decide as before in %.0f %%%n",
                        100 * ConsistencyCheck.LEAST_AGREEMENT);
        summary.write(() -> json(results, holds));
        return holds ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private static void agreement(final Terminal terminal, final List<Result> results) {
        terminal.out()
                .printf(
                        "  %-12s %9s %10s %10s %12s %9s%n",
                        "template", "fidelity", "decisions", "agreement", "not allowed", "of those");
        for (final Result one : results) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s %-12s %9.3f %,10d %9.2f%% %,12d %8.2f%%%n",
                            one.holds() ? " " : "!",
                            one.template(),
                            one.fidelity(),
                            one.decisions(),
                            100 * one.agreement(),
                            one.notAllowed(),
                            100 * one.agreementOfThose());
        }
    }

    private static void translators(final Terminal terminal, final List<Result> results) {
        terminal.out().printf("%ntranslators, with maps learnt (A) and without (B): decisions that are the same%n");
        for (final Result one : results) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "  %-12s with A alone %,6d, with B alone %,6d: %s%n",
                            one.template(),
                            one.withMapAlone(),
                            one.withoutMapAlone(),
                            switch (one.withoutMap()) {
                                case "keep" -> "A is better";
                                case "promote" -> "B is better";
                                default -> "no difference shown";
                            });
        }
    }

    private static void edits(final Terminal terminal, final List<Result> results) {
        terminal.out().printf("%nsearch for the least edit of one number of a card's row that parts the decisions%n");
        for (final Result one : results) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "  %-12s %s%n",
                            one.template(),
                            Double.isInfinite(one.leastEdit())
                                    ? "none found up to 100 %"
                                    : String.format(
                                            Locale.ROOT,
                                            "%.0f %% of '%s'; 10 %% of some number part %.1f %% of the payments"
                                                    + " searched",
                                            100 * one.leastEdit(),
                                            one.leastEditOf(),
                                            100 * one.editable()));
        }
    }

    private static void distributions(final Terminal terminal, final List<Result> results) {
        terminal.out()
                .printf("%ndistributions of the translated features beside the target's own (in brackets: beside"
                        + " differences of a hundredth%nof the spread; all are in --summary)%n");
        for (final Result one : results) {
            final String farthest = one.features().stream()
                    .sorted(Comparator.comparingDouble(FeatureDistance::distance)
                            .reversed())
                    .limit(FARTHEST_SHOWN)
                    .map(feature -> String.format(
                            Locale.ROOT,
                            "%s %s %.3f%s (%.3f)",
                            feature.rows(),
                            feature.name(),
                            feature.distance(),
                            far(feature),
                            feature.beyond()))
                    .collect(Collectors.joining(", "));
            terminal.out()
                    .printf(
                            "  %-12s %s%n",
                            one.template(), one.farthest() == 0 ? "the same" : "farthest by KS: " + farthest);
            one.swaps()
                    .forEach(swap -> terminal.out()
                            .printf(
                                    "  SWAPPED: %s and %s have each other's distribution%n",
                                    swap.first(), swap.second()));
        }
        terminal.out().println();
    }

    private static String far(final FeatureDistance feature) {
        return feature.isFar() ? " FAR" : "";
    }

    private static Map<String, Object> json(final List<Result> results, final boolean holds) {
        final List<Map<String, Object>> templates = new ArrayList<>();
        for (final Result one : results) {
            final Map<String, Object> json = new LinkedHashMap<>();
            json.put("template", one.template());
            json.put("fidelity", one.fidelity());
            json.put("decisions", one.decisions());
            json.put("agreement", one.agreement());
            json.put("not_allowed", one.notAllowed());
            json.put("agreement_of_not_allowed", one.agreementOfThose());
            json.put("least_edit", Double.isInfinite(one.leastEdit()) ? null : one.leastEdit());
            json.put("least_edit_of", one.leastEditOf());
            json.put("parted_within_a_tenth", one.editable());
            json.put("distribution_distance", one.farthest());
            json.put("far", one.far());
            json.put(
                    "distributions",
                    one.features().stream().map(ConsistencyReport::json).toList());
            json.put(
                    "swapped",
                    one.swaps().stream()
                            .map(swap -> List.of(swap.first(), swap.second()))
                            .toList());
            json.put("with_map_alone", one.withMapAlone());
            json.put("without_map_alone", one.withoutMapAlone());
            json.put("without_map", one.withoutMap());
            json.put("holds", one.holds());
            templates.add(json);
        }
        final Map<String, Object> root = new LinkedHashMap<>();
        root.put("check", "card-fraud");
        root.put("least_agreement", ConsistencyCheck.LEAST_AGREEMENT);
        root.put("templates", templates);
        root.put("holds", holds);
        return root;
    }

    private static Map<String, Object> json(final FeatureDistance feature) {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("rows", feature.rows());
        json.put("feature", feature.name());
        json.put("ks", feature.distance());
        json.put("ks_beyond", feature.beyond());
        return json;
    }
}
