package io.tagma.perf.stores;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.perf.decision.Machine;
import io.tagma.perf.decision.Scratch;
import io.tagma.perf.decision.SummaryOption;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma bench store}: profile rows in several stores, in one run. Used by one thread. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Random updates and reads of rows of 16 floats in Tagma's store and in what people use otherwise, one"
                    + " thread,",
            "one store after the other in one run; and what a journaled event costs, grouped and alone."
        })
final class StoreBenchCommand implements Callable<Integer> {
    private static final int GROUP = 64;
    private static final double TENTHS = 10;
    private static final double THOUSANDTHS = 1000;

    @Mixin
    private final SummaryOption summary = new SummaryOption();

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Rows (default: ${DEFAULT-VALUE}; Redis has 20,000 at most).")
    private int rows;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1",
            description = "Length of each measured round (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Events of the engine on which snapshots, checksums and audit are measured; 0: not measured"
                    + " (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--audit-seconds",
            paramLabel = "S",
            defaultValue = "3",
            description =
                    "How long the audit is watched beside a shard at full speed; it writes some hundred megabytes a"
                            + " second (default: ${DEFAULT-VALUE}).")
    private double auditSeconds;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Only these stores, e.g. tagma,lmdb.")
    private List<String> only = List.of();

    @Option(names = "--dir", paramLabel = "DIR", description = "Keep the stores' files there while they are measured.")
    private @Nullable Path parent;

    /**
     * What this machine takes for what no store can do without, and the journal on it.
     *
     * @param journalGroupedNs an event in a group
     * @param journalAloneNs an event alone
     */
    private record MachineFigures(
            double dependentReadNs, double freshPageNs, double journalGroupedNs, double journalAloneNs) {}

    @Override
    public Integer call() throws IOException {
        summary.check();
        final List<StoreKind> kinds = kinds();
        final Terminal terminal = Terminal.system();
        final Path base = parent;
        final Path directory = base == null
                ? Files.createTempDirectory("tagma-bench-")
                : Files.createTempDirectory(Files.createDirectories(base), "tagma-bench-");
        final List<StoreFigures> figures = new ArrayList<>();
        final MachineFigures machine;
        EngineCosts.@Nullable Figures costs = null;
        try {
            final StoreRuns runs = new StoreRuns(directory, rows, seconds);
            for (final StoreKind kind : kinds) {
                terminal.live("measuring " + kind.label());
                figures.add(runs.measure(kind));
            }
            terminal.live("measuring the memory");
            final double memory = DependentReads.measure(SystemNanoClock.INSTANCE, rows);
            final double page = FreshPages.measure(SystemNanoClock.INSTANCE, directory);
            terminal.live("measuring the journal");
            runs.journal(GROUP); // compiled
            machine = new MachineFigures(memory, page, runs.journal(GROUP), runs.journal(1));
            if (events > 0) {
                terminal.live("measuring snapshots, checksums and audit");
                costs = new EngineCosts(directory, events, auditSeconds).measure();
            }
        } finally {
            terminal.endLive();
            Scratch.delete(directory);
        }
        print(terminal.out(), figures);
        print(terminal.out(), figures, machine);
        if (costs != null) {
            print(terminal.out(), costs);
        }
        final EngineCosts.Figures engine = costs;
        summary.write("store", root -> write(root, figures, machine, engine));
        return Tagma.EXIT_OK;
    }

    private List<StoreKind> kinds() {
        if (rows < 1 || rows > 100_000_000) {
            throw ToolException.usage("--rows must be 1 to 100000000: " + rows);
        }
        if (events < 0 || events > 1_000_000_000) {
            throw ToolException.usage("--events must be 0 to 1000000000: " + events);
        }
        if (!(seconds > 0 && seconds <= 60)) {
            throw ToolException.usage("--seconds must be above 0 and at most 60: " + seconds);
        }
        if (!(auditSeconds > 0 && auditSeconds <= 60)) {
            throw ToolException.usage("--audit-seconds must be above 0 and at most 60: " + auditSeconds);
        }
        final List<String> known =
                Arrays.stream(StoreKind.values()).map(StoreKind::label).toList();
        for (final String name : only) {
            if (!known.contains(name)) {
                throw ToolException.usage("--only takes " + String.join(", ", known) + ": " + name);
            }
        }
        return Arrays.stream(StoreKind.values())
                .filter(kind -> only.isEmpty() || only.contains(kind.label()))
                .filter(StoreKind::available)
                .toList();
    }

    private static void print(final PrintStream out, final List<StoreFigures> figures) {
        final Machine machine = Machine.here();
        out.printf(
                Locale.ROOT,
                "%nprofile rows of %d floats; %s, %d cores%n%n",
                Rows.DIMENSION,
                machine.cpu(),
                machine.cores());
        out.printf(
                Locale.ROOT,
                "%-9s%11s%22s%12s%12s%20s%12s%11s%n",
                "",
                "rows",
                "update ns mean / p99",
                "in batches",
                "hot update",
                "read ns mean / p99",
                "recovery s",
                "bytes/row");
        for (final StoreFigures f : figures) {
            out.printf(
                    Locale.ROOT,
                    "%-9s%,11d%,12.0f /%,8.0f%,12.0f%,12.0f%,10.0f /%,8.0f%12s%11s%n",
                    f.kind().label(),
                    f.rows(),
                    f.update().meanNs(),
                    f.update().p99Ns(),
                    f.batchedUpdate(),
                    f.hotUpdate(),
                    f.read().meanNs(),
                    f.read().p99Ns(),
                    optional("%.3f", f.recoveryS()),
                    optional("%.0f", f.bytesPerRow()));
        }
    }

    private static void print(final PrintStream out, final List<StoreFigures> figures, final MachineFigures machine) {
        out.printf(
                Locale.ROOT,
                "%nmemory    %.0f ns a read that waits for the one before it, among as many bytes as the rows take; to find and read a"
                        + " random row takes two: index and row%n"
                        + "pages     %.0f ns for 4 KiB of a file that are new to the page cache, as a journal's are%n",
                machine.dependentReadNs(),
                machine.freshPageNs());
        out.printf(
                Locale.ROOT,
                "journal   %.0f ns an event of 64 bytes in groups of %d, %.0f ns alone%n%n",
                machine.journalGroupedNs(),
                GROUP,
                machine.journalAloneNs());
        figures.forEach(f -> out.printf("- %s: %s%n", f.kind().label(), f.kind().description()));
        out.println(
                "- p99 has a clock's cost in it, the mean has not; best of three rounds, one thread; all files in the"
                        + " page cache");
        out.println("- in batches: random rows again, but the store is told of 64 subjects before it updates them, as a"
                + " shard is");
    }

    private static String optional(final String format, final double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    private static void print(final PrintStream out, final EngineCosts.Figures costs) {
        out.printf(
                Locale.ROOT,
                "%nengine    %.0f ns of the shard's thread an event; snapshots every %,d events %+.1f %% (+/- %.1f, %d"
                        + " taken), checksums %.1f %% of it%n",
                costs.eventNs(),
                costs.eventsPerSnapshot(),
                costs.snapshotPercent(),
                costs.snapshotErrorPercent(),
                costs.snapshots(),
                costs.checksumPercent());
        out.printf(
                Locale.ROOT,
                "audit     %.1f ms behind at most at %,.0f events/s; after each tenth of the time %s ms%n",
                costs.audit().lagMs(),
                costs.audit().eventsPerSecond(),
                costs.audit().lagsMs().stream()
                        .map(ms -> String.format(Locale.ROOT, "%.1f", ms))
                        .collect(Collectors.joining(" ")));
    }

    private void write(
            final ObjectNode root,
            final List<StoreFigures> figures,
            final MachineFigures machine,
            final EngineCosts.@Nullable Figures costs) {
        root.put("rows", rows);
        root.put("dependent_read_ns", round(machine.dependentReadNs(), TENTHS));
        root.put("fresh_page_ns", round(machine.freshPageNs(), TENTHS));
        root.put("dimension", Rows.DIMENSION);
        final ArrayNode stores = root.putArray("stores");
        final ObjectNode ratios = root.putObject("ratios");
        for (final StoreFigures f : figures) {
            final ObjectNode node = stores.addObject();
            node.put("name", f.kind().label());
            node.put("description", f.kind().description());
            node.put("rows", f.rows());
            cost(node.putObject("update_ns"), f.update());
            node.put("batched_update_ns", round(f.batchedUpdate(), TENTHS));
            node.put("hot_update_ns", round(f.hotUpdate(), TENTHS));
            cost(node.putObject("read_ns"), f.read());
            number(node, "recovery_s", f.recoveryS(), THOUSANDTHS);
            number(node, "bytes_per_row", f.bytesPerRow(), 1);
            if (f.kind() != StoreKind.TAGMA && figures.getFirst().kind() == StoreKind.TAGMA) {
                final StoreFigures tagma = figures.getFirst();
                final ObjectNode ratio = ratios.putObject(f.kind().label());
                ratio.put("update", round(f.update().meanNs() / tagma.update().meanNs(), THOUSANDTHS));
                ratio.put("read", round(f.read().meanNs() / tagma.read().meanNs(), THOUSANDTHS));
            }
        }
        root.putObject("journal")
                .put("grouped_ns", round(machine.journalGroupedNs(), TENTHS))
                .put("alone_ns", round(machine.journalAloneNs(), TENTHS));
        if (costs != null) {
            final ObjectNode engine = root.putObject("engine")
                    .put("event_ns", round(costs.eventNs(), TENTHS))
                    .put("snapshot_percent", round(costs.snapshotPercent(), TENTHS))
                    .put("snapshot_error_percent", round(costs.snapshotErrorPercent(), TENTHS))
                    .put("snapshots", costs.snapshots())
                    .put("events_per_snapshot", costs.eventsPerSnapshot())
                    .put("checksum_percent", round(costs.checksumPercent(), TENTHS))
                    .put("audit_lag_ms", round(costs.audit().lagMs(), TENTHS))
                    .put("audit_events_per_s", Math.round(costs.audit().eventsPerSecond()));
            final ArrayNode lags = engine.putArray("audit_lag_over_time_ms");
            costs.audit().lagsMs().forEach(ms -> lags.add(round(ms, TENTHS)));
        }
    }

    private static void cost(final ObjectNode node, final StoreFigures.Cost cost) {
        node.put("mean", round(cost.meanNs(), TENTHS));
        node.put("p99", round(cost.p99Ns(), TENTHS));
    }

    private static void number(final ObjectNode node, final String name, final double value, final double scale) {
        if (Double.isNaN(value)) {
            node.putNull(name);
        } else {
            node.put(name, round(value, scale));
        }
    }

    private static double round(final double value, final double scale) {
        return Math.round(value * scale) / scale;
    }
}
