package io.tagma.tools.translate;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.fraud.ConsistencyCheck;
import io.tagma.tools.fraud.ConsistencyCheck.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says how a consistency suite went: a table for people, JSON for programs. Stateless. */
final class ConsistencyReport {
    private ConsistencyReport() {}

    /** Prints and writes; returns the exit code. */
    static int give(final Terminal terminal, final List<Result> results, final @Nullable Path summary)
            throws IOException {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "  %-12s %9s %10s %10s %12s %9s %8s  %s%n",
                        "template",
                        "fidelity",
                        "decisions",
                        "agreement",
                        "not allowed",
                        "of those",
                        "KS",
                        "least edit that parts them; without map");
        for (final Result one : results) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%s %-12s %9.3f %,10d %9.2f%% %,12d %8.2f%% %8.3f  %s; %s%n",
                            one.holds() ? " " : "!",
                            one.template(),
                            one.fidelity(),
                            one.decisions(),
                            100 * one.agreement(),
                            one.notAllowed(),
                            100 * one.agreementOfThose(),
                            one.farthest(),
                            Double.isInfinite(one.leastEdit())
                                    ? "none found"
                                    : String.format(
                                            Locale.ROOT,
                                            "%.0f %% of '%s' (%.1f %% within 10 %%)",
                                            100 * one.leastEdit(),
                                            one.leastEditOf(),
                                            100 * one.editable()),
                            one.withoutMap());
            one.swaps()
                    .forEach(swap -> terminal.out()
                            .printf(
                                    "  SWAPPED: %s and %s have each other's distribution%n",
                                    swap.first(), swap.second()));
        }
        final boolean holds = results.stream().allMatch(Result::holds);
        terminal.out()
                .printf(
                        Locale.ROOT,
                        holds ? "all decide as before in %.0f %% or more%n" : "not all decide as before in %.0f %%%n",
                        100 * ConsistencyCheck.LEAST_AGREEMENT);
        if (summary != null) {
            write(summary, results, holds);
        }
        return holds ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private static void write(final Path file, final List<Result> results, final boolean holds) throws IOException {
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
                    "swapped",
                    one.swaps().stream()
                            .map(swap -> List.of(swap.first(), swap.second()))
                            .toList());
            json.put("without_map", one.withoutMap());
            json.put("holds", one.holds());
            templates.add(json);
        }
        final Map<String, Object> root = new LinkedHashMap<>();
        root.put("check", "card-fraud");
        root.put("least_agreement", ConsistencyCheck.LEAST_AGREEMENT);
        root.put("templates", templates);
        root.put("holds", holds);
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }
}
