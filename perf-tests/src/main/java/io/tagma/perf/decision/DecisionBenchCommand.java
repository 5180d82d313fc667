package io.tagma.perf.decision;

import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagma bench decision}: the same card-fraud decisions by Tagma and its peers, side by side in one run. Used by one thread. */
@Command(
        name = "decision",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Card-fraud decisions, the same features and model, by Tagma and by its peers, in one run of some 5 minutes.",
            "For each: throughput, latency at 5,000 and 50,000 a second (open loop), heap allocated, quality, and",
            "whether acknowledged decisions survive kill -9."
        })
final class DecisionBenchCommand implements Callable<Integer> {
    private static final double NS_PER_SECOND = 1e9;

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the figures there as JSON.")
    private @Nullable Path summary;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "1770000",
            description = "Payments (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--seconds-per-latency-run",
            paramLabel = "S",
            defaultValue = "2",
            description =
                    "Length of one open-loop run, of three of which the middle one counts (default: ${DEFAULT-VALUE}).")
    private double latencySeconds;

    @Option(
            names = "--warm-seconds",
            paramLabel = "S",
            defaultValue = "12",
            description = "How long each variant runs before it is measured (default: ${DEFAULT-VALUE}).")
    private double warmSeconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Throughput runs of each variant; the best counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "X",
            defaultValue = "7",
            description = "Of the payments (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Only these variants, e.g. floor,tagma,plain.")
    private List<String> only = List.of();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keep the variants' files there while they run (default: a temporary directory).")
    private @Nullable Path parent;

    @Override
    public Integer call() throws IOException {
        check();
        final List<String> skipped = new ArrayList<>();
        final List<Variant> variants = variants(skipped);
        final Terminal terminal = Terminal.system();
        final NanoClock clock = SystemNanoClock.INSTANCE;
        final Machine machine = Machine.here();
        final Path directory = parent == null
                ? Files.createTempDirectory("tagma-bench-")
                : Files.createTempDirectory(Files.createDirectories(parent), "tagma-bench-");
        final BenchOptions options =
                new BenchOptions(variants, events, seed, rounds, warmSeconds, latencySeconds, directory);
        final long startNs = clock.nanoTime();
        final Thread hook = new Thread(() -> Scratch.delete(directory), "bench-cleanup");
        Runtime.getRuntime().addShutdownHook(hook);
        final List<VariantReport> reports;
        try {
            reports = new BenchRunner(
                            options,
                            step -> terminal.live(
                                    "%4.0f s  %s".formatted((clock.nanoTime() - startNs) / NS_PER_SECOND, step)))
                    .run();
        } finally {
            terminal.endLive();
            Scratch.delete(directory);
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        final BenchResult result =
                new BenchResult(options, machine, reports, skipped, (clock.nanoTime() - startNs) / NS_PER_SECOND);
        ResultTable.print(terminal.out(), result);
        final Path file = summary;
        if (file != null) {
            SummaryFile.write(file, result, Instant.ofEpochMilli(SystemEpochClock.INSTANCE.time()));
        }
        return reports.stream().anyMatch(report -> report.failure() != null) ? Tagma.EXIT_FAILURE : Tagma.EXIT_OK;
    }

    private void check() {
        if (events < BenchOptions.LEAST_EVENTS) {
            throw ToolException.usage("--events must be at least " + BenchOptions.LEAST_EVENTS
                    + ", or no outcome comes in time to be learnt from: " + events);
        }
        if (rounds < 1) {
            throw ToolException.usage("--rounds must be at least 1: " + rounds);
        }
        if (!(warmSeconds >= 0 && warmSeconds <= 600)) {
            throw ToolException.usage("--warm-seconds must be 0 to 600: " + warmSeconds);
        }
        if (!(latencySeconds > 0 && latencySeconds <= 60)) {
            throw ToolException.usage("--seconds-per-latency-run must be above 0 and at most 60: " + latencySeconds);
        }
        final Path file = summary;
        if (file != null) {
            final Path folder = file.toAbsolutePath().getParent();
            if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
                throw new ToolException(
                        "--summary " + file + " cannot be written: give a file in a directory that exists");
            }
        }
    }

    private List<Variant> variants(final List<String> skipped) {
        final List<Variant> wanted = only.isEmpty()
                ? List.of(Variant.values())
                : only.stream()
                        .map(DecisionBenchCommand::named)
                        .distinct()
                        .sorted()
                        .toList();
        final List<Variant> chosen = new ArrayList<>();
        for (final Variant variant : wanted) {
            if (variant.isRedis() && !RedisServer.installed()) {
                skipped.add(variant.label() + " (no redis-server on the PATH; install it to compare)");
            } else {
                chosen.add(variant);
            }
        }
        return chosen;
    }

    private static Variant named(final String label) {
        return Variant.of(label.strip())
                .orElseThrow(() -> ToolException.usage("--only: there is no '" + label + "'; there are "
                        + Arrays.stream(Variant.values()).map(Variant::label).collect(Collectors.joining(", "))));
    }
}
