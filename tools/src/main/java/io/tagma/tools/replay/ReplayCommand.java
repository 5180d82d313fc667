package io.tagma.tools.replay;

import io.tagma.engine.EngineContext;
import io.tagma.engine.shard.Divergence;
import io.tagma.engine.shard.KernelFacts;
import io.tagma.engine.shard.KernelTally;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.ShardReplay;
import io.tagma.engine.shard.StateHashes;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma replay}: rebuilds state from a journal, verifies it, explains a decision. Used by one thread. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Rebuilds an engine's state from its journal alone. Changes nothing in the directory,",
            "which a live engine may hold or a killed one may have left."
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final long CHUNK = 1 << 16;
    private static final double NS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final NanoClock clock = SystemNanoClock.INSTANCE;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(
            names = "--verify",
            description = "Compare every journaled decision and state hash; exit 1 and name the first that differs.")
    private boolean verify;

    @Option(names = "--until", paramLabel = "SEQ", description = "Stop behind this input of each shard.")
    private @Nullable Long until;

    @Option(names = "--explain", paramLabel = "SEQ", description = "Show the decision on this input, whole.")
    private @Nullable Long explain;

    @Option(
            names = "--bisect",
            paramLabel = "OTHER",
            description =
                    "Find the first event at which the recording in the directory OTHER, of the same inputs, differs;"
                            + " exit 1 if there is one.")
    private @Nullable Path other;

    @Option(names = "--shard", paramLabel = "N", description = "Only this shard, counted from 0.")
    private @Nullable Integer shard;

    /** For the command line of a terminal. */
    public ReplayCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final Scenario scenario = new Scenarios().of(source);
        check(source.shards());
        final Path against = other;
        if (against != null) {
            return new BisectReport(terminal, directory, against, scenario, source)
                    .print(shard == null ? 0 : shard, shard == null ? source.shards() : shard + 1);
        }
        final EngineContext context = scenario.context(new ScenarioSettings(source.properties(), source.shards()))
                .directory(directory);
        try (Scratch scratch = new Scratch();
                Replay replay = Replay.open(context, scratch.path())) {
            final Long wanted = explain;
            if (wanted != null) {
                final ShardReplay one = replay.shard(shard == null ? 0 : shard);
                terminal.live("replaying to sequence " + wanted);
                final var trace = one.explain(wanted);
                terminal.endLive();
                new ExplainReport(terminal.out(), source.subjectNames(), scenario.vocabulary()).print(trace);
                try (KernelFacts facts = new KernelFacts(journal(one.shard()), one.shard())) {
                    KernelReport.of(facts, trace.sequence()).print(terminal.out());
                }
                return Tagma.EXIT_OK;
            }
            return rebuild(replay, source.kernels());
        }
    }

    private void check(final int shards) {
        if (shard != null && (shard < 0 || shard >= shards)) {
            throw ToolException.usage("--shard must be 0 to " + (shards - 1) + " in " + directory + ": " + shard);
        }
        if (explain != null && shard == null && shards > 1) {
            throw ToolException.usage(directory + " has " + shards
                    + " shards, each with sequences of its own: name one with --shard (the audit shows which)");
        }
        if (other != null && (verify || explain != null || until != null)) {
            throw ToolException.usage("--bisect goes with --shard only");
        }
        if (until != null && until < 0) {
            throw ToolException.usage("--until must be 0 or more: " + until);
        }
    }

    private int rebuild(final Replay replay, final String decidedBy) {
        final int first = shard == null ? 0 : shard;
        final int end = shard == null ? replay.shards() : shard + 1;
        final long startNs = clock.nanoTime();
        long inputs = 0;
        long decisions = 0;
        long hashes = 0;
        for (int i = first; i < end; i++) {
            final ShardReplay one = replay.shard(i);
            final long start = one.start();
            if (start > 0) {
                line("shard " + i, "the journal's beginning is gone: from the snapshot at sequence %,d", start);
            }
            final Divergence difference = advance(one);
            terminal.endLive();
            if (difference != null) {
                terminal.out().println("DIVERGED at " + difference);
                terminal.err().println("tagma: " + directory + " does not replay: first difference at " + difference);
                return Tagma.EXIT_FAILURE;
            }
            report(one);
            inputs += one.sequence() - start;
            decisions += one.decisionsChecked();
            hashes += one.hashesChecked();
        }
        final double seconds = (clock.nanoTime() - startNs) / NS_PER_SECOND;
        line("replayed", "%,d inputs in %.1f s, %,.0f/s", inputs, seconds, inputs / Math.max(seconds, 1e-9));
        final String replayedBy = replay.kernels().kernels().name();
        if (!decidedBy.isEmpty() && !decidedBy.equals(replayedBy)) {
            line("kernels", "first decided by %s, replayed by %s", decidedBy, replayedBy);
        }
        for (int i = first; i < end; i++) {
            failures(replay.shard(i).kernels(), i);
        }
        if (verify) {
            line("verified", "%,d decisions and %,d state hashes, all equal", decisions, hashes);
        }
        line(
                "state hash",
                "%s",
                StateHashes.format(
                        shard == null ? replay.stateHash() : replay.shard(first).stateHash()));
        return Tagma.EXIT_OK;
    }

    /** A replay needs no GPU, so what failed on one is told and changes nothing. */
    private void failures(final KernelTally tally, final int of) {
        final KernelFacts.Failure began = tally.first();
        if (began != null) {
            final KernelFacts.Failure left = tally.left();
            line(
                    "gpu",
                    "%,d calls of shard %d failed and were done by the processor, the first at input %d%s; tagma audit"
                            + " %s --kernels",
                    tally.failures(),
                    of,
                    began.sequence(),
                    left == null ? "" : ", the GPU was left at input " + left.sequence(),
                    Terminal.word(directory));
        }
    }

    private Path journal(final int of) {
        try (StoreDirectory opened = StoreDirectory.attach(directory)) {
            return opened.journal(of);
        }
    }

    private @Nullable Divergence advance(final ShardReplay one) {
        final long last = until == null ? Long.MAX_VALUE : until;
        long target = 0;
        while (target < last) {
            target = Math.min(last, one.sequence() + CHUNK);
            final Divergence difference = one.advance(target, verify);
            terminal.live(String.format(Locale.ROOT, "shard %d  %,d inputs", one.shard(), one.sequence()));
            if (difference != null || one.sequence() < target) {
                return difference;
            }
        }
        return null;
    }

    private void report(final ShardReplay one) {
        line(
                "shard " + one.shard(),
                "sequence %,d, %,d decisions%s",
                one.sequence(),
                one.decisions(),
                one.endsInMidBatch() ? "; the last batch has no outputs in the journal yet" : "");
    }

    private void line(final String label, final String format, final Object... values) {
        terminal.out().printf(Locale.ROOT, "%-12s%s%n", label, String.format(Locale.ROOT, format, values));
    }
}
