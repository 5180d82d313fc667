package io.tagma.tools.profile;

import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.RowVersion;
import io.tagma.engine.shard.ShardReplay;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.ToolException;
import io.tagma.tools.replay.Scratch;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Scenarios;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a subject's row was, rebuilt from the journal. Immutable; changes nothing in the directory. */
final class PastRows {
    private final EngineDirectory source;
    private final long subject;
    private final int shard;

    PastRows(final EngineDirectory source, final long subject) {
        this.source = source;
        this.subject = subject;
        this.shard = Subjects.shardOf(subject, source.shards());
    }

    /** The context that the directory's engine was launched with. */
    EngineContext context() {
        return new Scenarios()
                .of(source)
                .context(new ScenarioSettings(source.properties(), source.shards()))
                .directory(source.root());
    }

    /** Each version from the journal's start to {@code until}, in order. */
    void each(final long until, final Consumer<RowVersion> action) throws IOException {
        try (Scratch scratch = new Scratch();
                Replay replay = Replay.open(context(), scratch.path())) {
            replay.shard(shard).history(subject, until, action);
        }
    }

    /** The row as it was after an input, or null when there was none. */
    @Nullable
    RowVersion at(final long sequence) throws IOException {
        if (sequence < 0) {
            throw ToolException.usage("a sequence must be 0 or more: " + sequence);
        }
        try (Scratch scratch = new Scratch();
                Replay replay = Replay.open(context(), scratch.path())) {
            final ShardReplay one = replay.shard(shard);
            one.resumeBefore(sequence);
            one.advance(sequence, false);
            if (one.sequence() < sequence) {
                throw new ToolException("shard " + shard + " of " + source.root() + " has no input " + sequence
                        + " yet: its journal ends with " + one.sequence());
            }
            return one.row(subject);
        }
    }

    int shard() {
        return shard;
    }
}
