package io.tagma.tools.eval;

import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma eval assignment}: assignment learnt online beside the least loaded agent, on a simulated trace. */
@Command(
        name = "assignment",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Assigns a seeded trace of heavy-tailed tasks to 8 agents of different talents: to the least loaded, by the"
                    + " earliest",
            "completion as learnt online, and by one who knows all times beforehand. Times are those of the"
                    + " simulation.",
        },
        footer = {"", "Exit codes: 0 learning takes 20 %% or more off the 99th percentile, 1 it takes less, 2 usage."})
final class AssignmentCommand implements Callable<Integer> {
    private static final double GOAL = 0.2;
    private static final double NS_PER_MS = 1e6;

    private final Terminal terminal;

    @Option(names = "--seed", paramLabel = "N", description = "Of the trace (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--tasks", paramLabel = "N", description = "How many (default: ${DEFAULT-VALUE}).")
    private int tasks = 100_000;

    @Option(
            names = "--spread",
            paramLabel = "S",
            description = "How far the agents' talents lie apart, as the standard deviation of a logarithm, 0 to 2"
                    + " (default: ${DEFAULT-VALUE}).")
    private double spread = 0.6;

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    AssignmentCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (tasks < 1000 || tasks > 5_000_000) {
            throw ToolException.usage("--tasks must be 1000 to 5000000: " + tasks);
        }
        if (!(spread >= 0 && spread <= 2)) {
            throw ToolException.usage("--spread must be 0 to 2: " + spread);
        }
        final AssignmentTrace trace = new AssignmentTrace(seed, tasks, spread);
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", seed);
        json.put("tasks", tasks);
        json.put("spread", spread);
        terminal.out().printf(Locale.ROOT, "  %-14s %10s %10s %10s%n", "policy", "mean ms", "p50 ms", "p99 ms");
        final double leastLoaded = line("least_loaded", trace.run(AssignmentPolicies.leastLoaded()), json);
        final double learned = line("learned", trace.run(AssignmentPolicies.learned()), json);
        line("clairvoyant", trace.run(AssignmentPolicies.clairvoyant()), json);
        final double gain = 1 - learned / leastLoaded;
        json.put("p99_gain", gain);
        terminal.out()
                .printf(Locale.ROOT, "learning takes %.1f %% off the least loaded's 99th percentile%n", 100 * gain);
        summary.write(() -> json);
        return gain >= GOAL ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private double line(final String name, final long[] responseNs, final Map<String, Object> json) {
        final double mean = Arrays.stream(responseNs).average().orElse(0) / NS_PER_MS;
        Arrays.sort(responseNs);
        final double p50 = quantile(responseNs, 0.5);
        final double p99 = quantile(responseNs, 0.99);
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("mean_ms", mean);
        figures.put("p50_ms", p50);
        figures.put("p99_ms", p99);
        json.put(name, figures);
        terminal.out().printf(Locale.ROOT, "  %-14s %10.3f %10.3f %10.3f%n", name, mean, p50, p99);
        return p99;
    }

    private static double quantile(final long[] sorted, final double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] / NS_PER_MS;
    }
}
