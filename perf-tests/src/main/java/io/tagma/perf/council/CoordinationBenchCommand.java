package io.tagma.perf.council;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.perf.decision.Machine;
import io.tagma.perf.decision.Scratch;
import io.tagma.perf.decision.SummaryOption;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.Scenarios;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma bench coordination}: auctions, votes, variables and the ledger beside their goals. Used by one thread. */
@Command(
        name = "coordination",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Times a posted auction of eight bids by each rule, VCG with eight bidders and three items, an auction"
                    + " whose bids are",
            "asked from agents on threads of their own (asked.N: until all N have answered; asked.beyond-window: what"
                    + " goes beyond",
            "the window of 15 ms where one never does), a vote of seven in two rounds, a transfer of credits, reading a"
                    + " variable,",
            "and a change of one from proposal to applied on all shards;",
            "and shows coordination's share of a decision's time in every scenario. Goals stand beside the figures."
        },
        footer = {"", "Exit code 0 also where a goal is missed: the figures say so. Take them on a quiet machine."})
final class CoordinationBenchCommand implements Callable<Integer> {
    private static final double SHARE_GOAL = 0.037; // what the reference pipeline allows
    private static final double THOUSANDTHS = 1000;
    private static final double MILLIONTHS = 1e6;

    @Mixin
    private final SummaryOption summary = new SummaryOption();

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Timed groups of calls of each figure (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Events of each scenario whose share is taken, 0 for none (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--desk-input",
            paramLabel = "FILE",
            description = {
                "Utterances of intent-desk, INTENT<tab>UTTERANCE a line, plain or gzip; without them the share of"
                        + " intent-desk",
                "is not measured, since that scenario simulates nothing."
            })
    private @Nullable Path deskInput;

    private final List<Figure> figures = new ArrayList<>();
    private final List<CoordinationShare.Share> shares = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (samples < 100 || samples > 1_000_000) {
            throw ToolException.usage("--samples must be 100 to 1000000: " + samples);
        }
        if (events < 0) {
            throw ToolException.usage("--events must be 0 or more: " + events);
        }
        final Terminal terminal = Terminal.system();
        final Path directory = Files.createTempDirectory("tagma-bench-");
        final CoordinationRuns runs = new CoordinationRuns(samples);
        try {
            measure(terminal, runs, directory);
        } finally {
            terminal.endLive();
            Scratch.delete(directory);
        }
        print(terminal.out(), runs);
        summary.write("coordination", this::write);
        return Tagma.EXIT_OK;
    }

    private void measure(final Terminal terminal, final CoordinationRuns runs, final Path directory)
            throws IOException {
        terminal.live("measuring auctions");
        figures.addAll(runs.auctions());
        figures.addAll(runs.vcg());
        terminal.live("measuring asked auctions");
        figures.addAll(runs.asked(directory));
        terminal.live("measuring votes and variables");
        figures.addAll(runs.vote());
        figures.addAll(runs.ledger());
        figures.addAll(runs.read());
        for (final int shards : new int[] {1, 2, 4}) {
            terminal.live("measuring proposals on " + shards + " shards");
            figures.addAll(runs.proposal(directory.resolve("shards-" + shards), shards));
        }
        if (events > 0) {
            final CoordinationShare share = new CoordinationShare(runs, events, deskInput);
            for (final Scenario scenario : new Scenarios().all()) {
                terminal.live("measuring " + scenario.name());
                shares.add(share.of(scenario, Files.createDirectory(directory.resolve(scenario.name()))));
            }
        }
    }

    private void print(final PrintStream out, final CoordinationRuns runs) {
        final Machine machine = Machine.here();
        out.printf(Locale.ROOT, "%ncoordination; %s, %d cores%n%n", machine.cpu(), machine.cores());
        out.printf(Locale.ROOT, "%-32s%14s  %-6s%10s%n", "", "", "", "goal");
        for (final Figure f : figures) {
            out.printf(
                    Locale.ROOT,
                    "%-32s%,14.3f  %-6s%10s%s%n",
                    f.name(),
                    f.value(),
                    f.unit(),
                    Double.isNaN(f.goal()) ? "-" : String.format(Locale.ROOT, "%,.0f", f.goal()),
                    f.met() ? "" : "   missed");
        }
        out.println();
        for (final CoordinationShare.Share s : shares) {
            if (s.skipped().isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "%-32s%,14.2f  %-6s%10.1f%s   %.0f ns of %,.0f ns, %d taking part%n",
                        "share." + s.scenario(),
                        100 * s.share(),
                        "%",
                        100 * SHARE_GOAL,
                        s.share() <= SHARE_GOAL ? "" : "   missed",
                        s.coordinationNs(),
                        s.decisionNs(),
                        s.participants());
            } else {
                out.println("- SKIPPED share." + s.scenario() + ": " + s.skipped());
            }
        }
        out.println("- percentiles are of groups of 1 to 8 calls, divided; (checksum "
                + Math.round(runs.sink() % MILLIONTHS) + ")");
    }

    private void write(final ObjectNode root) {
        final ArrayNode list = root.putArray("figures");
        for (final Figure f : figures) {
            final ObjectNode node = list.addObject();
            node.put("name", f.name());
            node.put("value", Math.round(f.value() * THOUSANDTHS) / THOUSANDTHS);
            node.put("unit", f.unit());
            if (Double.isNaN(f.goal())) {
                node.putNull("goal");
            } else {
                node.put("goal", f.goal());
            }
            node.put("met", f.met());
        }
        final ArrayNode parts = root.putArray("shares");
        for (final CoordinationShare.Share s : shares) {
            final ObjectNode node = parts.addObject();
            node.put("scenario", s.scenario());
            if (s.skipped().isEmpty()) {
                node.put("share", Math.round(s.share() * MILLIONTHS) / MILLIONTHS);
                node.put("coordination_ns", Math.round(s.coordinationNs() * THOUSANDTHS) / THOUSANDTHS);
                node.put("decision_ns", Math.round(s.decisionNs()));
                node.put("participants", s.participants());
                node.put("goal", SHARE_GOAL);
                node.put("met", s.share() <= SHARE_GOAL);
            } else {
                node.put("skipped", s.skipped());
            }
        }
    }
}
