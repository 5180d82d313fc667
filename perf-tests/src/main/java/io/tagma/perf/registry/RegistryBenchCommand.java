package io.tagma.perf.registry;

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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma bench registry}: registries side by side, in one run. Used by one thread. */
@Command(
        name = "registry",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Looks up, registers, watches and discovers in Tagma's registries, a ConcurrentHashMap, Pekko's"
                    + " receptionist and, where",
            "Elixir is installed, its Registry; and writes with 1, 2, 4 and 8 partitions."
        })
final class RegistryBenchCommand implements Callable<Integer> {
    private static final int[] PARTITIONS = {1, 2, 4, 8};
    private static final int PEKKO_ENTRIES = 5_000;
    private static final int PEKKO_LOOKUPS = 10_000;
    private static final int DISCOVERY_AGENTS = 1_000;
    private static final double TENTHS = 10;
    private static final double THOUSANDTHS = 1000;

    @Mixin
    private final SummaryOption summary = new SummaryOption();

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Names registered (default: ${DEFAULT-VALUE}; Pekko has 5,000 at most).")
    private int entries;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0.5",
            description = "Length of each measured round (default: ${DEFAULT-VALUE}).")
    private double seconds;

    private final List<RegistryFigures> variants = new ArrayList<>();
    private final List<RegistryFigures.Scaling> scaling = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        summary.check();
        if (entries < 100 || entries > 500_000) {
            throw ToolException.usage("--entries must be 100 to 500000: " + entries);
        }
        if (!(seconds > 0 && seconds <= 60)) {
            throw ToolException.usage("--seconds must be above 0 and at most 60: " + seconds);
        }
        final Terminal terminal = Terminal.system();
        final Path directory = Files.createTempDirectory("tagma-bench-");
        final RegistryFigures.Delivery delivery;
        final RegistryFigures.Discovery discovery;
        try {
            variants(terminal, directory);
            terminal.live("measuring partitions");
            final ScalingRuns runs = new ScalingRuns(seconds);
            for (int i = 0; i < 2; i++) {
                runs.measure(PARTITIONS[PARTITIONS.length - 1]); // compiled
            }
            for (final int partitions : PARTITIONS) {
                scaling.add(runs.measure(partitions));
            }
            terminal.live("measuring watches and discovery");
            delivery = runs.delivery();
            discovery = new DiscoveryRuns(DISCOVERY_AGENTS, seconds).measure();
        } finally {
            terminal.endLive();
            Scratch.delete(directory);
        }
        print(terminal.out(), delivery, discovery);
        summary.write("registry", root -> write(root, delivery, discovery));
        return Tagma.EXIT_OK;
    }

    private void variants(final Terminal terminal, final Path directory)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        final RegistryRuns runs = new RegistryRuns(entries, seconds);
        terminal.live("measuring tagma-heap");
        variants.add(runs.heap());
        terminal.live("measuring tagma-shared");
        variants.add(runs.shared(directory));
        terminal.live("measuring concurrent-hash-map");
        variants.add(runs.map());
        terminal.live("measuring pekko-receptionist");
        variants.add(new PekkoRegistry().measure(Math.min(entries, PEKKO_ENTRIES), PEKKO_LOOKUPS));
        if (ElixirRegistry.available()) {
            terminal.live("measuring elixir-registry");
            variants.add(ElixirRegistry.measure(directory, entries));
        } else {
            skipped.add("elixir-registry: there is no command 'elixir' on the PATH");
        }
    }

    private void print(
            final PrintStream out, final RegistryFigures.Delivery delivery, final RegistryFigures.Discovery discovery) {
        final Machine machine = Machine.here();
        out.printf(Locale.ROOT, "%nregistries; %s, %d cores%n%n", machine.cpu(), machine.cores());
        out.printf(
                Locale.ROOT,
                "%-22s%10s%12s%12s%12s%14s%14s%n",
                "",
                "entries",
                "lookup ns",
                "miss ns",
                "cold ns",
                "register ns",
                "bytes/entry");
        for (final RegistryFigures f : variants) {
            out.printf(
                    Locale.ROOT,
                    "%-22s%,10d%,12.1f%,12.1f%,12.1f%,14.0f%,14.0f%n",
                    f.name(),
                    f.entries(),
                    f.lookupNs(),
                    f.missNs(),
                    f.coldNs(),
                    f.registerNs(),
                    f.bytesPerEntry());
        }
        out.printf(
                Locale.ROOT,
                "%n%-12s%18s%24s%26s%n",
                "partitions",
                "updates/s here",
                "sum of each alone",
                "as many on 1 partition");
        for (final RegistryFigures.Scaling s : scaling) {
            out.printf(
                    Locale.ROOT,
                    "%-12d%,18.0f%,24.0f%,26.0f%n",
                    s.partitions(),
                    s.opsPerS(),
                    s.simulatedOpsPerS(),
                    s.onePartitionOpsPerS());
        }
        out.printf(
                Locale.ROOT,
                "%nwatch       %,.0f ns from a change to its watch on another thread, p99 %,.0f ns%n",
                delivery.p50Ns(),
                delivery.p99Ns());
        out.printf(
                Locale.ROOT,
                "discovery   %,.0f ns for a new load and the 3 best of %,d agents, %,.0f ns by one lock and a scan:"
                        + " %.1f %% cheaper%n",
                discovery.indexedNs(),
                discovery.agents(),
                discovery.naiveNs(),
                100 * discovery.cheaper());
        out.printf(
                Locale.ROOT,
                "search      %,.0f ns by metadata, %,.0f ns by a filter over all%n%n",
                discovery.searchNs(),
                discovery.scanNs());
        variants.forEach(f -> out.printf("- %s: %s%n", f.name(), f.description()));
        skipped.forEach(why -> out.println("- SKIPPED " + why));
        out.println("- lookup: 64 names at random; miss: 4,096 names, which a lookup cache of 256 mostly does not have;"
                + " cold: all names");
        out.println("- sum of each alone: what cores for all writers would give if they shared nothing; no promise");
    }

    private void write(
            final ObjectNode root, final RegistryFigures.Delivery delivery, final RegistryFigures.Discovery discovery) {
        root.put("entries", entries);
        final ArrayNode list = root.putArray("variants");
        for (final RegistryFigures f : variants) {
            final ObjectNode node = list.addObject();
            node.put("name", f.name());
            node.put("entries", f.entries());
            number(node, "lookup_ns", f.lookupNs(), TENTHS);
            number(node, "miss_ns", f.missNs(), TENTHS);
            number(node, "cold_ns", f.coldNs(), TENTHS);
            number(node, "register_ns", f.registerNs(), TENTHS);
            number(node, "bytes_per_entry", f.bytesPerEntry(), TENTHS);
            node.put("description", f.description());
        }
        final ArrayNode partitions = root.putArray("partitions");
        for (final RegistryFigures.Scaling s : scaling) {
            final ObjectNode node = partitions.addObject();
            node.put("partitions", s.partitions());
            number(node, "ops_per_s", s.opsPerS(), 1);
            number(node, "simulated_ops_per_s", s.simulatedOpsPerS(), 1);
            number(node, "one_partition_ops_per_s", s.onePartitionOpsPerS(), 1);
        }
        final ObjectNode found = root.putObject("discovery");
        found.put("agents", discovery.agents());
        number(found, "indexed_ns", discovery.indexedNs(), TENTHS);
        number(found, "naive_ns", discovery.naiveNs(), TENTHS);
        number(found, "cheaper", discovery.cheaper(), THOUSANDTHS);
        number(found, "search_ns", discovery.searchNs(), TENTHS);
        number(found, "scan_ns", discovery.scanNs(), TENTHS);
        final ObjectNode watch = root.putObject("watch");
        number(watch, "p50_ns", delivery.p50Ns(), 1);
        number(watch, "p99_ns", delivery.p99Ns(), 1);
        watch.put("changes", delivery.changes());
        final ArrayNode left = root.putArray("skipped");
        skipped.forEach(left::add);
    }

    private static void number(final ObjectNode node, final String name, final double value, final double scale) {
        if (Double.isFinite(value)) {
            node.put(name, Math.round(value * scale) / scale);
        } else {
            node.putNull(name);
        }
    }
}
