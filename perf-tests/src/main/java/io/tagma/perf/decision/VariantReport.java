package io.tagma.perf.decision;

import io.tagma.ring.DutyCycleConfig.Threading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has been measured of one variant so far. Owned by the thread that runs the comparison. */
final class VariantReport {
    /** Latencies of one open-loop run in microseconds from the intended send time. */
    record Latency(double p50, double p99, double p999, double max, int requests, int answered) {
        boolean saturated() {
            return answered < requests;
        }
    }

    private final Variant variant;
    private final List<Double> runsPerS = new ArrayList<>();
    private final Map<Integer, List<Latency>> latencies = new LinkedHashMap<>();
    private double heapBytes = Double.NaN;
    private double cpuNs = Double.NaN;
    private double auc = Double.NaN;
    private double ap = Double.NaN;
    private int events;
    private String threading = "";
    private KillTest.@Nullable Result kill;
    private @Nullable String failure;

    VariantReport(final Variant variant) {
        this.variant = variant;
    }

    Variant variant() {
        return variant;
    }

    /** Takes over what both ways of running a shard gave in each round, an odd number of them; the one that won most rounds. */
    Threading chose(final double[] dedicatedPerS, final double[] callerPerS) {
        int lead = 0;
        for (int round = 0; round < dedicatedPerS.length; round++) {
            lead += Double.compare(dedicatedPerS[round], callerPerS[round]);
        }
        final Threading faster = lead > 0 ? Threading.DEDICATED : Threading.CALLER;
        threading = "%s (dedicated %,.0f/s, caller %,.0f/s when tried)"
                .formatted(faster, best(dedicatedPerS), best(callerPerS));
        return faster;
    }

    private static double best(final double[] rates) {
        return Arrays.stream(rates).max().orElse(Double.NaN);
    }

    /** What a child's answer to {@code throughput} says of its rate. */
    static double perS(final Map<String, String> answer) {
        return number(answer, "decisions_per_s");
    }

    /** Takes over a child's answer to {@code throughput}. The least heap counts: what another run added was warm-up. */
    void ran(final Map<String, String> answer) {
        runsPerS.add(perS(answer));
        final double bytes = number(answer, "heap_bytes");
        heapBytes = Double.isNaN(heapBytes) ? bytes : Math.min(heapBytes, bytes);
        final double cpu = number(answer, "cpu_ns");
        cpuNs = Double.isNaN(cpuNs) ? cpu : Math.min(cpuNs, cpu);
        auc = number(answer, "auc");
        ap = number(answer, "ap");
        events = (int) number(answer, "events");
    }

    /** Takes over a child's answer to {@code latency}. */
    void paced(final int ratePerSecond, final Map<String, String> answer) {
        latencies
                .computeIfAbsent(ratePerSecond, rate -> new ArrayList<>())
                .add(new Latency(
                        number(answer, "p50"),
                        number(answer, "p99"),
                        number(answer, "p999"),
                        number(answer, "max"),
                        (int) number(answer, "requests"),
                        (int) number(answer, "answered")));
    }

    private static double number(final Map<String, String> answer, final String key) {
        final String value = answer.get(key);
        if (value == null) {
            throw new IllegalStateException("no " + key + " in the answer " + answer);
        }
        return Double.parseDouble(value);
    }

    void killed(final KillTest.Result result) {
        kill = result;
    }

    void failed(final String why) {
        failure = why;
    }

    /** Decisions a second in the best run; NaN before any. */
    double decisionsPerS() {
        return runsPerS.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    List<Double> runsPerS() {
        return runsPerS;
    }

    /** By rate, the whole of the run whose median is the median of the runs'. */
    Map<Integer, Latency> latencies() {
        final Map<Integer, Latency> middle = new LinkedHashMap<>();
        latencies.forEach((rate, runs) -> {
            final List<Latency> sorted = new ArrayList<>(runs);
            sorted.sort(Comparator.comparingDouble(Latency::p50));
            middle.put(rate, sorted.get(sorted.size() / 2));
        });
        return middle;
    }

    double heapBytes() {
        return heapBytes;
    }

    /** Processor time of all threads per decision, in the second half of the best run. */
    double cpuNs() {
        return cpuNs;
    }

    double auc() {
        return auc;
    }

    double ap() {
        return ap;
    }

    /** Decisions that the quality is about. */
    int events() {
        return events;
    }

    /** On whose thread the shard ran, and what the other way gave; empty where there is no choice. */
    String threading() {
        return threading;
    }

    KillTest.@Nullable Result kill() {
        return kill;
    }

    @Nullable
    String failure() {
        return failure;
    }
}
