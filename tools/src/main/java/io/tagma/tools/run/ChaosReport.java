package io.tagma.tools.run;

import io.tagma.engine.ingest.Decision;
import io.tagma.engine.observe.DeadLetter;
import io.tagma.tools.chaos.ChaosKind;
import io.tagma.tools.chaos.ChaosPlan;
import io.tagma.tools.crash.CrashResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What faults on purpose came to, beside a calm run. Immutable. */
final class ChaosReport {
    private static final double NS_PER_SECOND = 1e9;
    private static final double NS_PER_MICRO = 1e3;
    private static final String HEAD = "%-14s%-12s%9s%12s%14s%14s%7s  %s%n";
    private static final String ROW = "%-14s%-12s%9s%12s%14s%14s%7d  %s%n";
    private static final String LINE = "  %-16s%s%n";

    private static final String KIND_ROW = "%-14s%12s%14s%14s%14s%14s%n";

    private final ChaosPlan plan;
    private final ChaosRun.Outcome calm;
    private final ChaosRun.Outcome chaos;
    private final List<CrashResult> crashes;
    private final @Nullable String difference;
    private final Set<Long> letters;

    /**
     * A report.
     *
     * @param difference between the run and its replay, null for none
     */
    ChaosReport(
            final ChaosPlan plan,
            final ChaosRun.Outcome calm,
            final ChaosRun.Outcome chaos,
            final List<CrashResult> crashes,
            final @Nullable String difference) {
        this.plan = plan;
        this.calm = calm;
        this.chaos = chaos;
        this.crashes = List.copyOf(crashes);
        this.difference = difference;
        this.letters = chaos.letters().stream().map(DeadLetter::correlationId).collect(Collectors.toSet());
    }

    /** Events without a decision or a code, second looks that nobody did, and acknowledged decisions that a killed process lost. */
    long lost() {
        return undecided()
                + chaos.looks().undone().get()
                + crashes.stream().mapToLong(CrashResult::lost).sum();
    }

    private long undecided() {
        return chaos.result().events() - chaos.result().counts().decisions();
    }

    /** Whether nothing is lost, what is poisonous was kept, and a replay agrees. */
    boolean whole() {
        return lost() == 0
                && difference == null
                && crashes.stream().allMatch(CrashResult::whole)
                && chaos.faults().stream().mapToLong(this::lost).sum() == 0;
    }

    /** 1 when the event that a fault struck has neither decision nor code, is poisonous and was not kept, or was not looked at by another. */
    private long lost(final ChaosLog.Fault fault) {
        if (fault.kind == ChaosKind.HANG) {
            return fault.recoveredNs == 0 ? 1 : 0;
        }
        return fault.status < 0 || (fault.kind == ChaosKind.POISON && !letters.contains(fault.event)) ? 1 : 0;
    }

    void print(final PrintStream out, final Path directory) {
        out.printf(
                Locale.ROOT,
                HEAD,
                "fault",
                "agent",
                "at s",
                "event",
                "detected us",
                "recovered us",
                "lost",
                "decision");
        for (final ChaosLog.Fault fault : chaos.faults()) {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    fault.kind.label(),
                    fault.agent,
                    String.format(Locale.ROOT, "%.2f", (fault.atNs - chaos.startNs()) / NS_PER_SECOND),
                    fault.event,
                    micros(fault.detectedNs, fault),
                    micros(fault.recoveredNs, fault),
                    lost(fault),
                    came(fault));
        }
        for (final CrashResult crash : crashes) {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    "process-kill",
                    "-",
                    "-",
                    "-",
                    "0.0",
                    String.format(Locale.ROOT, "%.1f", crash.recoveryMs() * 1e3),
                    crash.lost(),
                    String.format(Locale.ROOT, "%,d recovered, killed while %s", crash.recovered(), crash.how()));
        }
        out.println();
        kinds(out);
        final RunResult result = chaos.result();
        line(
                out,
                "events",
                "%,d, decided or told why not %,d, lost %,d",
                result.events(),
                result.counts().decisions(),
                lost());
        line(out, "latency", "%s", latency(result.latency()));
        line(out, "calm", "%s", latency(calm.result().latency()));
        looks(out);
        line(
                out,
                "found",
                "%,d restarts, %,d stalls (calm %,d), %,d dead letters",
                chaos.restarts(),
                chaos.stalls(),
                calm.stalls(),
                chaos.letters().size());
        line(out, "state hash", "%s", result.stateHash());
        line(out, "replay", "%s", difference == null ? "equal: every decision and the state hash" : difference);
        line(out, "journal", "%s", directory);
    }

    private void looks(final PrintStream out) {
        final ChaosLog.Looks looks = chaos.looks();
        line(
                out,
                "second looks",
                "%,d done of %,d, %,d open at the end; %,d put to another; %,d calls hung (calm %,d)",
                looks.done().get(),
                looks.asked().get(),
                looks.open(),
                looks.passedOver().get(),
                chaos.hangs(),
                calm.hangs());
    }

    private String came(final ChaosLog.Fault fault) {
        if (fault.kind == ChaosKind.HANG) {
            return fault.by.isEmpty() ? "nobody did it" : "done by " + fault.by;
        }
        return fault.status < 0
                ? "none"
                : Decision.describe(fault.status) + (letters.contains(fault.event) ? ", a dead letter" : "");
    }

    /** What each kind of fault did to the payments of the quarter of a second from it on. */
    private void kinds(final PrintStream out) {
        out.printf(Locale.ROOT, KIND_ROW, "kind", "faults", "p99", "of others", "calm", "of others");
        for (final ChaosKind kind : ChaosKind.values()) {
            out.printf(
                    Locale.ROOT,
                    KIND_ROW,
                    kind.label(),
                    Long.toString(count(kind)),
                    text(p99(chaos, kind, false)),
                    text(p99(chaos, kind, true)),
                    text(p99(calm, kind, false)),
                    text(p99(calm, kind, true)));
        }
        out.println();
    }

    private static String text(final @Nullable Double us) {
        return us == null ? "-" : Latency.text((long) (us * NS_PER_MICRO));
    }

    private long count(final ChaosKind kind) {
        return chaos.faults().stream().filter(fault -> fault.kind == kind).count();
    }

    /** In us; null where there is none. Others: where a shard hangs, those that other shards decide, else all. */
    private @Nullable Double p99(final ChaosRun.Outcome run, final ChaosKind kind, final boolean others) {
        final LatencyCounts counts = run.windows().of(kind, block -> others ? struck(kind, block) : ChaosWindows.NONE);
        return counts.total() == 0 ? null : Double.valueOf(counts.quantile(0.99) / NS_PER_MICRO);
    }

    private int struck(final ChaosKind kind, final long block) {
        return chaos.faults().stream()
                .filter(fault -> kind == ChaosKind.SHARD_HANG && fault.kind == kind && plan.block(fault.event) == block)
                .mapToInt(fault -> fault.shard)
                .findFirst()
                .orElse(ChaosWindows.NONE);
    }

    private static String latency(final Latency latency) {
        return String.format(
                Locale.ROOT,
                "p50 %s   p99 %s   p99.9 %s   max %s",
                Latency.text(latency.p50()),
                Latency.text(latency.p99()),
                Latency.text(latency.p999()),
                Latency.text(latency.max()));
    }

    private static void line(final PrintStream out, final String label, final String format, final Object... values) {
        out.printf(Locale.ROOT, LINE, label, String.format(Locale.ROOT, format, values));
    }

    private static String micros(final long ns, final ChaosLog.Fault fault) {
        return ns == 0 ? "not" : String.format(Locale.ROOT, "%.1f", (ns - fault.atNs) / NS_PER_MICRO);
    }

    private static @Nullable Double since(final long ns, final ChaosLog.Fault fault) {
        return ns == 0 ? null : Double.valueOf((ns - fault.atNs) / NS_PER_MICRO);
    }

    Map<String, Object> json(final long seed, final double rate, final int shards) {
        final RunResult result = chaos.result();
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", "card-fraud");
        json.put("seed", seed);
        json.put("rate", rate);
        json.put("shards", shards);
        json.put("seconds", result.seconds());
        json.put("events", result.events());
        json.put("decisions", result.counts().decisions());
        json.put("faults", faults());
        json.put("lost", lost());
        json.put("p50_us", result.latency().p50() / NS_PER_MICRO);
        json.put("p99_us", result.latency().p99() / NS_PER_MICRO);
        json.put("p999_us", result.latency().p999() / NS_PER_MICRO);
        json.put("calm_p50_us", calm.result().latency().p50() / NS_PER_MICRO);
        json.put("calm_p99_us", calm.result().latency().p99() / NS_PER_MICRO);
        json.put("calm_p999_us", calm.result().latency().p999() / NS_PER_MICRO);
        json.put("kinds", kinds());
        json.put("second_looks", chaos.looks().asked().get());
        json.put("second_looks_done", chaos.looks().done().get());
        json.put("second_looks_open", chaos.looks().open());
        json.put("second_looks_passed_over", chaos.looks().passedOver().get());
        json.put("isolated_hangs", chaos.hangs());
        json.put("calm_isolated_hangs", calm.hangs());
        json.put("restarts", chaos.restarts());
        json.put("stalls", chaos.stalls());
        json.put("calm_stalls", calm.stalls());
        json.put("dead_letters", chaos.letters().size());
        json.put("dir", result.directory().toString());
        json.put("state_hash", result.stateHash());
        json.put("replay_equal", difference == null);
        return json;
    }

    private Map<String, Object> kinds() {
        final Map<String, Object> kinds = new LinkedHashMap<>();
        for (final ChaosKind kind : ChaosKind.values()) {
            final Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("faults", count(kind));
            one.put("p99_us", p99(chaos, kind, false));
            one.put("calm_p99_us", p99(calm, kind, false));
            one.put("others_p99_us", p99(chaos, kind, true));
            one.put("calm_others_p99_us", p99(calm, kind, true));
            kinds.put(kind.label(), one);
        }
        return kinds;
    }

    private List<Map<String, Object>> faults() {
        final List<Map<String, Object>> all = new ArrayList<>();
        for (final ChaosLog.Fault fault : chaos.faults()) {
            final Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("kind", fault.kind.label());
            one.put("agent", fault.agent);
            one.put("at_s", (fault.atNs - chaos.startNs()) / NS_PER_SECOND);
            one.put("event", fault.event);
            one.put("detected_us", since(fault.detectedNs, fault));
            one.put("recovered_us", since(fault.recoveredNs, fault));
            one.put("lost", lost(fault));
            if (fault.kind == ChaosKind.HANG) {
                one.put("done_by", fault.by);
            } else {
                one.put("decision", fault.status < 0 ? null : Decision.describe(fault.status));
            }
            all.add(one);
        }
        for (final CrashResult crash : crashes) {
            final Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("kind", "process-kill");
            one.put("agent", "");
            one.put("at_s", Math.abs(crash.killedAfterMs()) / 1e3);
            one.put("detected_us", 0.0);
            one.put("recovered_us", crash.recoveryMs() * 1e3);
            one.put("lost", crash.lost());
            one.put("acknowledged", crash.acknowledged());
            one.put("replay_equal", crash.hashEqual());
            all.add(one);
        }
        return all;
    }
}
