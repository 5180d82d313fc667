package io.tagma.perf.decision;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The comparison as a table, for people. Stateless. */
final class ResultTable {
    private static final String ROW = "%-13s %12s %9s %8s  %22s  %24s %7s %7s %7s  %s%n";
    private static final int THOUSAND = 1_000;

    private ResultTable() {}

    /** Prints it. */
    static void print(final PrintStream out, final BenchResult result) {
        final Machine machine = result.machine();
        out.printf(
                "%ncard-fraud decisions, %,d payments; %s, %d cores, %s%n%n",
                result.options().events(), machine.cpu(), machine.cores(), machine.java());
        out.printf(
                ROW,
                "",
                "decisions/s",
                "tagma is",
                "cpu ns",
                "at 5,000/s, us",
                "at 50,000/s, us",
                "B/dec",
                "AUC",
                "AP",
                "survives");
        out.printf(ROW, "", "", "", "", "p50   p99   p99.9", "p50   p99   p99.9", "", "", "", "kill -9");
        for (final VariantReport report : result.reports()) {
            row(out, result, report);
        }
        result.skipped().forEach(reason -> out.printf("skipped: %s%n", reason));
        out.printf("%n%s%n%n", result.reading());
        result.notes().forEach(note -> out.printf("- %s%n", note));
        result.reports().stream()
                .filter(report -> !report.threading().isEmpty())
                .forEach(report -> out.printf(
                        "- %s throughput with threading %s%n", report.variant().label(), report.threading()));
        out.printf("- took %.0f s; load at the start %.1f%n", result.seconds(), machine.load());
    }

    private static void row(final PrintStream out, final BenchResult result, final VariantReport report) {
        if (report.failure() != null) {
            out.printf("%-13s failed: %s%n", report.variant().label(), report.failure());
            return;
        }
        out.printf(
                ROW,
                report.variant().label(),
                number("%,.0f", report.decisionsPerS()),
                number("%.2fx", result.ratio(report)),
                number("%,.0f", report.cpuNs()),
                latency(report.latencies(), BenchOptions.RATES.get(0)),
                latency(report.latencies(), BenchOptions.RATES.get(1)),
                number("%.1f", report.heapBytes()),
                number("%.4f", report.auc()),
                number("%.4f", report.ap()),
                survival(report.kill()));
    }

    private static String number(final String format, final double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
    }

    private static String latency(final Map<Integer, VariantReport.Latency> latencies, final int rate) {
        final VariantReport.Latency latency = latencies.get(rate);
        if (latency == null) {
            return "-";
        }
        return micros(latency.p50())
                + ' '
                + micros(latency.p99())
                + ' '
                + micros(latency.p999())
                + (latency.saturated() ? " !" : "");
    }

    private static String micros(final double us) {
        if (us < THOUSAND) {
            return String.format(Locale.ROOT, us < 10 ? "%5.1f" : "%5.0f", us);
        }
        final double ms = us / THOUSAND;
        return ms < THOUSAND
                ? String.format(Locale.ROOT, "%4.0fms", ms)
                : String.format(Locale.ROOT, "%5.1fs", ms / THOUSAND);
    }

    private static String survival(final KillTest.@Nullable Result kill) {
        if (kill == null) {
            return "-";
        }
        return kill.survived()
                ? String.format("yes (%,d)", kill.acknowledged())
                : String.format("no, lost %,d of %,d", kill.lost(), kill.acknowledged());
    }
}
