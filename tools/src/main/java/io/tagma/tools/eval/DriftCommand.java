package io.tagma.tools.eval;

import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.training.DriftPolicy;
import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma eval drift}: labels change places in mid-stream; what each reaction makes of it. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Learns a stream of texts in whose middle some labels change places, under each reaction to drift, 'none'",
            "being the plain classifier; and measures the drift detectors on errors of .2 that become .4 (100 runs)."
        })
final class DriftCommand implements Callable<Integer> {
    private static final double PERCENT = 100;
    private static final int DETECTOR_RUNS = 100;

    private final Terminal terminal;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "Labelled texts: LABEL<tab>TEXT, or CSV or TSV with a header; plain or gzip.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path input;

    @Option(names = "--rotate", paramLabel = "SHARE", description = "Of the labels, 0 to 1 (default: 0.3).")
    private double rotate = 0.3;

    @Option(names = "--seeds", paramLabel = "N", description = "Orders of the texts, 1 to 100 (default: 3).")
    private int seeds = 3;

    @Option(
            names = "--policies",
            split = ",",
            paramLabel = "NAME",
            description = "Of none, adapt, reset, challenger, fallback (default: all).")
    private List<String> policies = List.of("none", "adapt", "reset", "challenger", "fallback");

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    DriftCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (!(rotate >= 0 && rotate <= 1) || seeds < 1 || seeds > 100) {
            throw ToolException.usage("--rotate is 0 to 1 and --seeds 1 to 100: " + rotate + ", " + seeds);
        }
        final List<DriftPolicy> parsed;
        try {
            parsed = policies.stream().map(DriftPolicy::parse).toList();
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage("--policies: " + e.getMessage());
        }
        final TextSet texts = TextSet.of(LabelledTextFile.read(input));
        if (texts.items().size() < DriftStudy.leastTexts()) {
            throw new ToolException(input + " has " + texts.items().size()
                    + " texts; a change in mid-stream is shown on " + DriftStudy.leastTexts() + " or more");
        }
        final DriftStudy study =
                new DriftStudy(texts, KernelsProvider.select("auto").kernels(), rotate);
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", String.valueOf(input.getFileName()));
        json.put("texts", texts.items().size());
        json.put("labels", texts.classes());
        json.put("rotated_share", rotate);
        json.put("seeds", seeds);
        json.put("policies", policies(study, parsed));
        json.put("detectors", detectors());
        summary.write(() -> json);
        return Tagma.EXIT_OK;
    }

    private List<Map<String, Object>> policies(final DriftStudy study, final List<DriftPolicy> parsed) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-11s %8s %9s %9s %8s %8s %7s %10s%n",
                        "accuracy %",
                        "before",
                        "0-1,000",
                        "1-2,000",
                        "later",
                        "delay",
                        "false",
                        "reactions");
        final List<Map<String, Object>> all = new ArrayList<>();
        for (final DriftPolicy policy : parsed) {
            final double[] sums = new double[7];
            int found = 0;
            for (int seed = 1; seed <= seeds; seed++) {
                final DriftStudy.Result result = study.run(policy, seed);
                sums[0] += result.before();
                sums[1] += result.first();
                sums[2] += result.second();
                sums[3] += result.third();
                found += result.delay() < 0 ? 0 : 1;
                sums[4] += Math.max(0, result.delay());
                sums[5] += result.falseAlarms();
                sums[6] += result.reactions();
            }
            all.add(line(policy, sums, found));
        }
        return all;
    }

    private Map<String, Object> line(final DriftPolicy policy, final double[] sums, final int found) {
        final double delay = found == 0 ? -1 : sums[4] / found;
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-11s %8.2f %9.2f %9.2f %8.2f %8.0f %7.2f %10.2f%n",
                        policy,
                        PERCENT * sums[0] / seeds,
                        PERCENT * sums[1] / seeds,
                        PERCENT * sums[2] / seeds,
                        PERCENT * sums[3] / seeds,
                        delay,
                        sums[5] / seeds,
                        sums[6] / seeds);
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("policy", policy.toString());
        json.put("accuracy_before", rounded(PERCENT * sums[0] / seeds));
        json.put("accuracy_0_1000", rounded(PERCENT * sums[1] / seeds));
        json.put("accuracy_1000_2000", rounded(PERCENT * sums[2] / seeds));
        json.put("accuracy_later", rounded(PERCENT * sums[3] / seeds));
        json.put("delay", rounded(delay));
        json.put("found_share", rounded((double) found / seeds));
        json.put("false_alarms", rounded(sums[5] / seeds));
        json.put("reactions", rounded(sums[6] / seeds));
        return json;
    }

    private List<Map<String, Object>> detectors() {
        final List<Map<String, Object>> all = new ArrayList<>();
        terminal.out().printf("%n%-13s %11s %23s%n", "detector", "mean delay", "false alarms in 10,000");
        DetectorStudy.run(DETECTOR_RUNS, 1).forEach((name, found) -> {
            terminal.out().printf(Locale.ROOT, "%-13s %11.1f %23.2f%n", name, found.delay(), found.falseAlarms());
            final Map<String, Object> json = new LinkedHashMap<>();
            json.put("detector", name);
            json.put("mean_delay", rounded(found.delay()));
            json.put("false_alarms_in_10000", rounded(found.falseAlarms()));
            json.put("runs", DETECTOR_RUNS);
            all.add(json);
        });
        return all;
    }

    private static double rounded(final double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
