package io.tagma.perf.decision;

import io.tagma.ring.DutyCycleConfig.Threading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Runs the comparison: a JVM for each variant, all alive at once but never two at work, so that throughput runs can be taken in turns and a noisy
 * minute does not fall on one variant. Owned by the thread that runs it.
 */
final class BenchRunner {
    private final BenchOptions options;
    private final Consumer<String> progress;
    private final Map<Variant, VariantReport> reports = new EnumMap<>(Variant.class);
    private final Map<Variant, ChildProcess> children = new EnumMap<>(Variant.class);

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
        final Thread hook = new Thread(() -> children.values().forEach(ChildProcess::kill), "bench-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            each("warming up", (variant, report) -> {
                final String threading = variant.isTagma() ? choose(variant, report) : Threading.CALLER.name();
                children.put(variant, start(variant));
                child(variant).ask("warm " + threading + ' ' + options.warmSeconds());
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
            children.values().forEach(ChildProcess::close);
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        each("kill -9", (variant, report) -> {
            if (variant.decides()) {
                report.killed(KillTest.run(variant, fresh(variant, "kill"), options.events(), options.seed()));
            }
        });
        return new ArrayList<>(reports.values());
    }

    /** In a JVM of its own, for one that has run both ways is compiled for both, which costs each some percent. */
    private String choose(final Variant variant, final VariantReport report) {
        try (ChildProcess trial = start(variant)) {
            children.put(variant, trial); // killed with the others, should this process be
            final Map<String, String> answer = trial.ask("choose");
            report.chose(answer);
            return Objects.requireNonNull(answer.get("threading"), "no threading in the answer");
        }
    }

    private ChildProcess start(final Variant variant) {
        return ChildProcess.start(variant, fresh(variant, "runs"), options.events(), options.seed());
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
