package io.tagma.perf.decision;

import java.util.List;
import java.util.Optional;

/**
 * What the comparison showed. Immutable once the run is over.
 *
 * @param options what was asked for
 * @param machine where it ran
 * @param reports one for each variant that ran or failed
 * @param skipped variants that could not run here, each with the reason
 * @param seconds how long all of it took
 */
record BenchResult(
        BenchOptions options, Machine machine, List<VariantReport> reports, List<String> skipped, double seconds) {

    Optional<VariantReport> of(final Variant variant) {
        return reports.stream().filter(report -> report.variant() == variant).findFirst();
    }

    /** How many times a variant's decisions a second Tagma with one model makes; NaN where either is missing. */
    double ratio(final VariantReport report) {
        return of(Variant.TAGMA).map(VariantReport::decisionsPerS).orElse(Double.NaN) / report.decisionsPerS();
    }

    /** What has to be known to read the figures. */
    List<String> notes() {
        return List.of(
                "the whole job: each decision is journaled and acknowledged, its outcome learnt 7 days of stream time later",
                "best of " + options.rounds()
                        + " runs, the variants taking turns; a JVM for each, the same flags, heap " + ChildProcess.HEAP
                        + ", after " + options.warmSeconds() + " s of running",
                "latency from the intended send time, open loop, the middle one of " + BenchOptions.LATENCY_ROUNDS
                        + " runs; the sender spins between two; Tagma and the plain"
                        + " variants decide on the sender's thread, Pekko's actor on another (no message back is counted)",
                "tagma: one shard; histograms on, audit queue off; other settings as for card-fraud",
                "naive has one model too, so that it is the same job; Redis starts at payment "
                        + Variant.REDIS_1.prefix(options.events()) + " and does " + measured(Variant.REDIS_1) + " and "
                        + measured(Variant.REDIS_64) + " payments; its append-only file is on, without fsync",
                "survives: the process was killed with SIGKILL and every decision it had acknowledged looked up in what it"
                        + " left; a power failure is not covered by any variant");
    }

    private int measured(final Variant variant) {
        return variant.last(options.events()) - variant.prefix(options.events());
    }

    /** What it comes to, in a sentence. */
    String reading() {
        final Optional<VariantReport> tagma = of(Variant.TAGMA);
        if (tagma.isEmpty() || Double.isNaN(tagma.get().decisionsPerS())) {
            return "Tagma did not run, so there is nothing to compare.";
        }
        final StringBuilder text = new StringBuilder();
        text.append("Tagma makes %.2f million decisions a second with one model"
                .formatted(tagma.get().decisionsPerS() / 1e6));
        of(Variant.TAGMA_AGENTS)
                .ifPresent(team -> text.append(", %.2f with four agents".formatted(team.decisionsPerS() / 1e6)));
        compare(text, "; at the same promise %.1fx plain Java", Variant.PLAIN_STRICT);
        compare(text, " and %.1fx Pekko", Variant.PEKKO_STRICT);
        compare(text, "; without it plain Java is at %.2fx", Variant.PLAIN);
        compare(text, ", Pekko at %.2fx", Variant.PEKKO);
        compare(text, "; %.0fx unbatched Redis", Variant.REDIS_1);
        return text.append(" (Tagma's rate by theirs).").toString();
    }

    private void compare(final StringBuilder text, final String format, final Variant variant) {
        of(variant)
                .filter(report -> !Double.isNaN(ratio(report)))
                .ifPresent(report -> text.append(format.formatted(ratio(report))));
    }
}
