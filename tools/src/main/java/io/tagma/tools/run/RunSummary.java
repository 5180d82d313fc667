package io.tagma.tools.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tagma.tools.scenario.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says how a run went: a page for people, JSON for programs. Stateless. */
final class RunSummary {
    private static final double NS_PER_MICRO = 1e3;
    private static final double MEGA = 1e6;
    private static final String LINE = "  %-14s%s%n";

    private RunSummary() {}

    /** Writes the JSON file. */
    static void write(
            final Path file,
            final String scenario,
            final RunResult result,
            final Workload workload,
            final @Nullable StandbySource standby)
            throws IOException {
        final ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        final Map<String, Object> json = json(scenario, result, workload);
        if (standby != null) {
            final Map<String, Object> takeOver = new LinkedHashMap<>();
            takeOver.put("from_pid", standby.takenOverFrom());
            takeOver.put("ms", standby.takeOverMs());
            takeOver.put("with_followed_state", standby.warm());
            json.put("take_over", takeOver);
        }
        Files.writeString(file, mapper.writeValueAsString(json) + "\n");
    }

    static Map<String, Object> json(final String scenario, final RunResult result, final Workload workload) {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", scenario);
        json.put("source", workload.source());
        json.put("events", result.events());
        json.put("stopped", result.stopped());
        json.put("decisions", result.counts().decisions());
        json.put("outcomes", result.counts().outcomes());
        json.put("rejected", result.rejected());
        json.put("unmatched", result.counts().unmatched());
        json.put("expired", result.counts().expired());
        json.put("store_full", result.counts().storeFull());
        json.put("faults", result.counts().faults());
        json.put("seconds", result.seconds());
        json.put("events_per_s", Math.round(result.eventsPerSecond()));
        json.put("latency_from", result.fromDueTimes() ? "due" : "submission");
        json.put("warm_up_s", result.warmUpSeconds());
        json.put("latency_us", latency(result.latency()));
        if (result.first().total() > 0) {
            json.put("first_10000_us", latency(Latency.of(result.first())));
        }
        json.put("warm_start_events", result.warmStart().events());
        json.put("stations", stations(result));
        json.put("quality", workload.quality());
        if (!workload.learning().isEmpty()) {
            json.put("learning", workload.learning());
        }
        json.put("heap_bytes_per_event", Math.round(result.heapBytesPerEvent() * 100) / 100.0);
        json.put("gc_count", result.collections());
        json.put("steady_from_event", result.steadyFrom());
        json.put("kernel", result.kernel());
        json.put("shards", result.shards());
        final Map<String, Object> journal = new LinkedHashMap<>();
        journal.put("dir", result.directory().toString());
        journal.put("excerpts", result.excerpts());
        journal.put("bytes", result.bytes());
        json.put("journal", journal);
        json.put("state_hash", result.stateHash());
        return json;
    }

    private static Map<String, Object> latency(final Latency latency) {
        final Map<String, Object> micros = new LinkedHashMap<>();
        micros.put("p50", latency.p50() / NS_PER_MICRO);
        micros.put("p90", latency.p90() / NS_PER_MICRO);
        micros.put("p99", latency.p99() / NS_PER_MICRO);
        micros.put("p999", latency.p999() / NS_PER_MICRO);
        micros.put("max", latency.max() / NS_PER_MICRO);
        return micros;
    }

    private static Map<String, Object> stations(final RunResult result) {
        final Map<String, Object> stations = new LinkedHashMap<>();
        result.stations().forEach((name, times) -> {
            final Map<String, Object> ns = new LinkedHashMap<>();
            ns.put("p50_ns", times.p50Ns());
            ns.put("p99_ns", times.p99Ns());
            stations.put(name, ns);
        });
        return stations;
    }

    /** Prints the page. */
    static void print(final PrintStream out, final String heading, final RunResult result, final Workload workload) {
        final RunResult.Counts counts = result.counts();
        out.printf(Locale.ROOT, "%s%n%n", heading);
        line(
                out,
                "decisions",
                "%,d in %.1f s, %,.0f/s",
                counts.decisions(),
                result.seconds(),
                result.eventsPerSecond());
        line(out, "outcomes", "%,d taught", counts.outcomes());
        line(
                out,
                "latency",
                "p50 %s   p99 %s   p99.9 %s   max %s   %s",
                Latency.text(result.latency().p50()),
                Latency.text(result.latency().p99()),
                Latency.text(result.latency().p999()),
                Latency.text(result.latency().max()),
                measuredFrom(result));
        if (result.first().total() > 0) {
            line(
                    out,
                    "at first",
                    "p50 %s   p99 %s   of the first %,d, %s",
                    Latency.text(result.first().quantile(0.5)),
                    Latency.text(result.first().quantile(0.99)),
                    result.first().total(),
                    result.warmStart().words());
        }
        for (final Workload.Finding finding : workload.findings()) {
            line(out, finding.label(), "%s", finding.text());
        }
        trouble(out, result);
        line(
                out,
                "heap",
                "%,.1f bytes/event, %d collections, behind event %,d",
                Math.max(0, result.heapBytesPerEvent()),
                result.collections(),
                result.steadyFrom());
        line(out, "journal", "%,d excerpts, %,.1f MB", result.excerpts(), result.bytes() / MEGA);
        line(out, "state hash", "%s", result.stateHash());
        out.printf(Locale.ROOT, "%n  %-14s%16s%16s%n", "station", "p50 ns", "p99 ns");
        result.stations()
                .forEach((name, times) ->
                        out.printf(Locale.ROOT, "  %-14s%,16d%,16d%n", name, times.p50Ns(), times.p99Ns()));
    }

    private static String measuredFrom(final RunResult result) {
        if (!result.fromDueTimes()) {
            return "(from submission, the wait in the ring included)";
        }
        return String.format(Locale.ROOT, "(from when each was due, behind %.1f s of warm-up)", result.warmUpSeconds());
    }

    private static void trouble(final PrintStream out, final RunResult result) {
        if (result.stopped()) {
            line(out, "stopped", "by a signal, after %,d events", result.events());
        }
        final RunResult.Counts counts = result.counts();
        count(out, "rejected", result.rejected(), "submissions were not taken");
        count(out, "unmatched", counts.unmatched(), "outcomes came for no waiting decision");
        count(out, "expired", counts.expired(), "decisions gave up waiting for their outcome");
        count(out, "store full", counts.storeFull(), "events found no room for a profile row");
        count(out, "faults", counts.faults(), "handlers threw; they are in the journal");
    }

    private static void count(final PrintStream out, final String label, final long count, final String what) {
        if (count != 0) {
            line(out, label, "%,d %s", count, what);
        }
    }

    private static void line(final PrintStream out, final String label, final String format, final Object... values) {
        out.printf(Locale.ROOT, LINE, label, String.format(Locale.ROOT, format, values));
    }
}
