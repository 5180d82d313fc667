package io.tagma.perf.footprint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.perf.decision.Machine;
import io.tagma.perf.decision.Scratch;
import io.tagma.perf.recovery.RecoveryProcess;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagma bench footprint}. Used by one thread. */
@Command(
        name = "footprint",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Resident memory of many agents over one context, a shard's rows, beside agents that each keep a copy of it"
                    + " in a map.",
            "Each variant in a process of its own, that of one agent included: the difference is what an agent costs."
        })
final class FootprintBenchCommand implements Callable<Integer> {
    private static final double LIMIT_MIB = 50;
    private static final double MIB = 1 << 20;
    private static final double KIB_PER_MIB = 1024;
    private static final int BARE_MIB = 768;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Agents that share the context (default: ${DEFAULT-VALUE}).")
    private int agents;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "59648",
            description = "Rows of the context (default: ${DEFAULT-VALUE}, which with 1,024 floats are 233 MiB).")
    private int rows;

    @Option(
            names = "--dimension",
            paramLabel = "D",
            defaultValue = "1024",
            description = "Floats of a row (default: ${DEFAULT-VALUE}).")
    private int dimension;

    @Option(
            names = "--copies",
            paramLabel = "K",
            defaultValue = "4",
            description = "Agents with a copy each that are measured; what more would take is their slope"
                    + " (default: ${DEFAULT-VALUE}).")
    private int copies;

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the figures there as JSON.")
    private @Nullable Path summary;

    /** What a process held, MiB. */
    private record Held(double rss, double heap) {}

    @Override
    public Integer call() throws IOException {
        if (agents < 2 || agents > 4096 || copies < 2 || copies > 64) {
            throw ToolException.usage("--agents must be 2 to 4096, --copies 2 to 64: " + agents + ", " + copies);
        }
        if (rows < 1 || rows > 1 << 20 || dimension < 16 || dimension > 4096) {
            throw ToolException.usage(
                    "--rows must be 1 to 1048576, --dimension 16 to 4096: " + rows + ", " + dimension);
        }
        final Terminal terminal = Terminal.system();
        final Path scratch = Files.createTempDirectory("tagma-footprint-");
        final Held one;
        final Held all;
        final Held oneCopy;
        final Held allCopies;
        try {
            terminal.live("one agent over the context");
            one = held("shared", Scratch.fresh(scratch, "one"), 1, BARE_MIB);
            terminal.live(agents + " agents over the context");
            all = held("shared", Scratch.fresh(scratch, "all"), agents, BARE_MIB);
            terminal.live("one agent with a copy");
            oneCopy = held("copies", scratch, 1, heapMib(1));
            terminal.live(copies + " agents with a copy each");
            allCopies = held("copies", scratch, copies, heapMib(copies));
        } finally {
            terminal.endLive();
            Scratch.delete(scratch);
        }
        final Figures figures = new Figures(
                all.rss() / agents,
                (all.rss() - one.rss()) / (agents - 1),
                (allCopies.heap() - oneCopy.heap()) / (copies - 1));
        print(terminal.out(), all, allCopies, figures);
        final Path file = summary;
        if (file != null) {
            write(file, all, allCopies, figures);
        }
        return Tagma.EXIT_OK;
    }

    /**
     * What an agent costs, MiB.
     *
     * @param shared of all that the process holds, the context included
     * @param further what one agent more costs where the context is shared
     * @param copy what one agent more costs where each has a copy: live heap alone, since what is resident beyond that is the collector's
     */
    private record Figures(double shared, double further, double copy) {}

    private double contextMib() {
        return (double) rows * dimension * Float.BYTES / MIB;
    }

    private int heapMib(final int each) {
        return BARE_MIB + (int) (1.5 * each * contextMib());
    }

    private Held held(final String role, final Path directory, final int count, final int heapMib) {
        try (RecoveryProcess child =
                RecoveryProcess.start(FootprintChild.class, heapMib + "m", role, directory, rows, dimension, count)) {
            return new Held(Double.parseDouble(child.said("rss")), Double.parseDouble(child.said("heap")));
        }
    }

    private void print(final PrintStream out, final Held all, final Held allCopies, final Figures figures) {
        out.printf(
                Locale.ROOT,
                "%na context of %,d rows of %,d floats: %.0f MiB%n%n%-22s%10s%15s%12s%16s%18s%n",
                rows,
                dimension,
                contextMib(),
                "",
                "agents",
                "resident MiB",
                "heap MiB",
                "MiB an agent",
                "one agent more");
        out.printf(
                Locale.ROOT,
                "%-22s%,10d%,15.0f%,12.0f%16.2f%,14.1f KiB%n",
                "tagma, shared rows",
                agents,
                all.rss(),
                all.heap(),
                figures.shared(),
                KIB_PER_MIB * figures.further());
        out.printf(
                Locale.ROOT,
                "%-22s%,10d%,15.0f%,12.0f%16.2f%,14.1f MiB%n",
                "naive, a copy each",
                copies,
                allCopies.rss(),
                allCopies.heap(),
                allCopies.rss() / copies,
                figures.copy());
        out.printf(
                Locale.ROOT,
                "%n%,d agents with a copy each would take %,.0f GiB; sharing takes %.0f times less, %s the limit of"
                        + " %.0f MiB an agent%n",
                agents,
                agents * figures.copy() / KIB_PER_MIB,
                figures.copy() / figures.shared(),
                figures.shared() <= LIMIT_MIB ? "within" : "above",
                LIMIT_MIB);
    }

    private void write(final Path file, final Held all, final Held allCopies, final Figures figures)
            throws IOException {
        final ObjectMapper mapper = new ObjectMapper();
        final ObjectNode root = mapper.createObjectNode();
        root.put("benchmark", "footprint");
        root.put("agents", agents).put("rows", rows).put("dimension", dimension);
        root.put("context_mib", contextMib());
        root.putObject("tagma")
                .put("resident_mib", all.rss())
                .put("heap_mib", all.heap())
                .put("mib_per_agent", figures.shared())
                .put("further_agent_kib", KIB_PER_MIB * figures.further());
        root.putObject("naive")
                .put("copies", copies)
                .put("resident_mib", allCopies.rss())
                .put("heap_mib", allCopies.heap())
                .put("mib_per_agent", figures.copy())
                .put("projected_mib", agents * figures.copy());
        root.put("ratio", figures.copy() / figures.shared());
        root.put("limit_mib_per_agent", LIMIT_MIB);
        root.put("within_limit", figures.shared() <= LIMIT_MIB);
        root.set("machine", mapper.valueToTree(Machine.here()));
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }
}
