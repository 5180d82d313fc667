package io.tagma.perf.decision;

import io.tagma.ring.DutyCycleConfig.Threading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Runs the comparison: a JVM for each variant, all alive at once but never two at work, so that throughput runs can be taken in turns and a noisy
 * minute does not fall on one variant. Owned by the thread that runs it.
 */
final class BenchRunner {
    private static final int CHOICE_ROUNDS = 3; // odd, so that one way wins

    private final BenchOptions options;
    private final Consumer<String> progress;
    private final Map<Variant, VariantReport> reports = new EnumMap<>(Variant.class);
    private final Map<Variant, ChildProcess> children = new EnumMap<>(Variant.class);
    private final List<ChildProcess> started = new CopyOnWriteArrayList<>(); // a hook reads it

    /** A run that tells what it is doing. */
    BenchRunner(final BenchOptions options, final Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
        for (final Variant variant : options.variants()) {
            reports.put(variant, new VariantReport(variant));
        }
    }

    /** Runs all of it. A variant that fails is reported as such, and the rest goes on. */
    List<VariantReport> run() {
        final Thread hook = new Thread(() -> started.forEach(ChildProcess::kill), "bench-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            each("warming up", (variant, report) -> {
                children.put(variant, variant.isTagma() ? faster(variant, report) : warm(variant, Threading.CALLER));
            });
            for (int round = 1; round <= options.rounds(); round++) {
                each(
                        "throughput, round " + round + " of " + options.rounds(),
                        (variant, report) -> report.ran(child(variant).ask("throughput")));
            }
            for (int round = 1; round <= BenchOptions.LATENCY_ROUNDS; round++) {
                for (final int rate : BenchOptions.RATES) {
                    final String command = "latency " + rate + ' ' + options.latencySeconds();
                    each(
                            "latency at %,d/s, round %d of %d".formatted(rate, round, BenchOptions.LATENCY_ROUNDS),
                            (variant, report) ->
                                    report.paced(rate, child(variant).ask(command)));
                }
            }
        } finally {
            started.forEach(ChildProcess::close);
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        each("kill -9", (variant, report) -> {
            if (variant.decides()) {
                report.killed(KillTest.run(variant, fresh(variant, "kill"), options.events(), options.seed()));
            }
        });
        return new ArrayList<>(reports.values());
    }

    /**
     * The faster of both ways of running a shard: the one that wins most of some rounds, in which they follow each other at once, so that a machine's
     * better moment counts for one round and no more. A JVM for each, for one that has run both ways is compiled for both; the loser's ends.
     */
    private ChildProcess faster(final Variant variant, final VariantReport report) {
        final ChildProcess dedicated = warm(variant, Threading.DEDICATED);
        final ChildProcess caller = warm(variant, Threading.CALLER);
        final double[] dedicatedPerS = new double[CHOICE_ROUNDS];
        final double[] callerPerS = new double[CHOICE_ROUNDS];
        for (int round = 0; round < CHOICE_ROUNDS; round++) {
            dedicatedPerS[round] = VariantReport.perS(dedicated.ask("throughput"));
            callerPerS[round] = VariantReport.perS(caller.ask("throughput"));
        }
        final boolean own = report.chose(dedicatedPerS, callerPerS) == Threading.DEDICATED;
        (own ? caller : dedicated).close();
        return own ? dedicated : caller;
    }

    private ChildProcess warm(final Variant variant, final Threading threading) {
        final Path directory = fresh(variant, "runs-" + threading.name().toLowerCase(Locale.ROOT));
        final ChildProcess child = ChildProcess.start(variant, directory, options.events(), options.seed());
        started.add(child);
        child.ask("warm " + threading + ' ' + options.warmSeconds());
        return child;
    }

    private Path fresh(final Variant variant, final String kind) {
        return Scratch.fresh(options.directory(), variant.label() + '-' + kind);
    }

    private ChildProcess child(final Variant variant) {
        final ChildProcess child = children.get(variant);
        if (child == null) {
            throw new IllegalStateException(variant.label() + " has no process");
        }
        return child;
    }

    private void each(final String what, final BiConsumer<Variant, VariantReport> work) {
        for (final VariantReport report : reports.values()) {
            if (report.failure() == null) {
                progress.accept(what + ": " + report.variant().label());
                attempt(report, work);
            }
        }
    }

    private static void attempt(final VariantReport report, final BiConsumer<Variant, VariantReport> work) {
        try {
            work.accept(report.variant(), report);
        } catch (final RuntimeException e) {
            report.failed(String.valueOf(e.getMessage()));
        }
    }
}
