package io.tagma.perf.decision;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** The comparison as JSON, for programs. Stateless. */
final class SummaryFile {
    private static final double HUNDRED = 100;

    private SummaryFile() {}

    /** Writes it; {@code finished} is the time to be noted. */
    static void write(final Path file, final BenchResult result, final Instant finished) throws IOException {
        final ObjectMapper mapper = new ObjectMapper();
        final ObjectNode root = mapper.createObjectNode();
        root.put("benchmark", "decision");
        root.put("finished", finished.truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("events", result.options().events());
        root.put("seed", result.options().seed());
        root.put("rounds", result.options().rounds());
        root.put("warm_seconds", result.options().warmSeconds());
        root.put("seconds", Math.round(result.seconds()));
        final ArrayNode variants = root.putArray("variants");
        final ObjectNode ratios = root.putObject("ratios");
        for (final VariantReport report : result.reports()) {
            variant(variants.addObject(), report);
            if (report.variant() != Variant.TAGMA) {
                number(ratios, report.variant().label(), result.ratio(report), 1e3);
            }
        }
        machine(root.putObject("machine"), result.machine());
        final ArrayNode skipped = root.putArray("skipped");
        result.skipped().forEach(skipped::add);
        final ArrayNode notes = root.putArray("notes");
        result.notes().forEach(notes::add);
        root.put("reading", result.reading());
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }

    private static void variant(final ObjectNode node, final VariantReport report) {
        node.put("name", report.variant().label());
        node.put("description", report.variant().description());
        final String failure = report.failure();
        if (failure != null) {
            node.put("error", failure);
        }
        number(node, "decisions_per_s", report.decisionsPerS(), 1);
        final ArrayNode runs = node.putArray("runs_per_s");
        report.runsPerS().forEach(run -> runs.add(Math.round(run)));
        if (!report.threading().isEmpty()) {
            node.put("threading", report.threading());
        }
        final ObjectNode latencies = node.putObject("latency_us");
        for (final Map.Entry<Integer, VariantReport.Latency> entry :
                report.latencies().entrySet()) {
            latency(latencies.putObject(String.valueOf(entry.getKey())), entry.getValue());
        }
        number(node, "heap_bytes_per_decision", report.heapBytes(), HUNDRED);
        number(node, "cpu_ns_per_decision", report.cpuNs(), 10);
        number(node, "auc", report.auc(), 1e6);
        number(node, "ap", report.ap(), 1e6);
        node.put("quality_events", report.events());
        final KillTest.Result kill = report.kill();
        if (kill == null) {
            node.putNull("survives_kill");
        } else {
            node.put("survives_kill", kill.survived());
            node.putObject("kill").put("acknowledged", kill.acknowledged()).put("lost", kill.lost());
        }
    }

    private static void latency(final ObjectNode node, final VariantReport.Latency latency) {
        number(node, "p50", latency.p50(), 1e3);
        number(node, "p99", latency.p99(), 1e3);
        number(node, "p999", latency.p999(), 1e3);
        number(node, "max", latency.max(), 1e3);
        node.put("requests", latency.requests());
        node.put("answered", latency.answered());
    }

    private static void machine(final ObjectNode node, final Machine machine) {
        node.put("cpu", machine.cpu());
        node.put("cores", machine.cores());
        number(node, "memory_gib", machine.memoryGib(), 10);
        node.put("os", machine.os());
        node.put("java", machine.java());
        number(node, "load_at_start", machine.load(), HUNDRED);
    }

    // A figure that is missing is null, which JSON has, and not NaN, which it has not.
    private static void number(final ObjectNode node, final String name, final double value, final double scale) {
        if (Double.isFinite(value)) {
            node.put(name, Math.round(value * scale) / scale);
        } else {
            node.putNull(name);
        }
    }
}
