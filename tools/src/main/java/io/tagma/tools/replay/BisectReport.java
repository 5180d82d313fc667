package io.tagma.tools.replay;

import io.tagma.engine.shard.Divergence;
import io.tagma.engine.shard.JournalComparison;
import io.tagma.engine.shard.JournalComparison.Difference;
import io.tagma.engine.shard.JournalComparison.Kind;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.ShardReplay;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.ScenarioSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says where two recordings of the same inputs part, and which of them this version agrees with. Used by one thread. */
final class BisectReport {
    private final Terminal terminal;
    private final Path one;
    private final Path other;
    private final Scenario scenario;
    private final EngineDirectory source;
    private long compared;

    BisectReport(
            final Terminal terminal,
            final Path one,
            final Path other,
            final Scenario scenario,
            final EngineDirectory source) {
        this.terminal = terminal;
        this.one = one;
        this.other = other;
        this.scenario = scenario;
        this.source = source;
    }

    int print(final int firstShard, final int endShard) throws IOException {
        final EngineDirectory second = EngineDirectory.open(other).requireJournal();
        if (second.shards() != source.shards()) {
            throw new ToolException(one + " has " + source.shards() + " shards, " + other + " has " + second.shards()
                    + ": sequences are a shard's own, so recordings are compared shard by shard");
        }
        int code = Tagma.EXIT_OK;
        try (StoreDirectory first = StoreDirectory.attach(one);
                StoreDirectory attached = StoreDirectory.attach(other)) {
            for (int shard = firstShard; shard < endShard; shard++) {
                terminal.live("comparing shard " + shard);
                final JournalComparison.Result result =
                        JournalComparison.compare(shard, first.journal(shard), attached.journal(shard));
                terminal.endLive();
                line(
                        "shard " + shard,
                        "%,d inputs, %,d decisions and %,d state hashes compared",
                        result.inputs(),
                        result.outputs(),
                        result.hashes());
                compared += result.inputs();
                final Difference difference = result.first();
                if (difference != null) {
                    code = Tagma.EXIT_FAILURE;
                    print(shard, difference);
                }
            }
        }
        if (code == Tagma.EXIT_OK) {
            line("equal", "%,d inputs: no decision and no state hash differs", compared);
        }
        return code;
    }

    private void print(final int shard, final Difference difference) throws IOException {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "DIFFERS at sequence %d: %s%n",
                        difference.sequence(),
                        switch (difference.kind()) {
                            case INPUT -> "the recordings are not of the same inputs from here on";
                            case OUTPUT -> "the first decision that is not the same to the last bit";
                            case STATE_HASH ->
                                "the first state hash that is not the same; no decision up to here differs";
                        });
        line("  " + one, "  %s", difference.one());
        line("  " + other, "  %s", difference.other());
        if (difference.kind() == Kind.INPUT) {
            return;
        }
        final boolean exact = difference.agreed() == difference.sequence() - 1;
        line(
                "  state",
                exact
                        ? "agreed after %d: it went apart at exactly %d"
                        : "agreed after %d, apart after %d: journaled hashes tell no more; journal them more often for"
                                + " that",
                difference.agreed(),
                difference.sequence());
        line("  this version", "%s", verdict(shard, difference.sequence()));
    }

    /** Replays both with the agents of this version, to the difference. */
    private String verdict(final int shard, final long sequence) throws IOException {
        final @Nullable Divergence first = replayed(one, shard, sequence);
        final @Nullable Divergence second = replayed(other, shard, sequence);
        if (first == null && second == null) {
            return "replays both: they are of engines that were told different things outside the journal";
        }
        if (first == null) {
            return "replays " + one + " as recorded, and not " + other;
        }
        return second == null
                ? "replays " + other + " as recorded, and not " + one
                : "replays neither: both were made by other versions";
    }

    private @Nullable Divergence replayed(final Path directory, final int shard, final long sequence)
            throws IOException {
        final EngineDirectory found = EngineDirectory.open(directory);
        try (Scratch scratch = new Scratch();
                Replay replay = Replay.open(
                        scenario.context(new ScenarioSettings(found.properties(), found.shards()))
                                .directory(directory),
                        scratch.path())) {
            final ShardReplay one = replay.shard(shard);
            final @Nullable Divergence divergence = one.advance(sequence, true);
            return divergence != null ? divergence : one.finishBatch();
        }
    }

    private void line(final String label, final String format, final Object... values) {
        terminal.out().printf(Locale.ROOT, "%-12s%s%n", label, String.format(Locale.ROOT, format, values));
    }
}
