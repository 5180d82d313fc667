package io.tagma.tools.crash;

import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.shard.Divergence;
import io.tagma.engine.shard.ExcerptType;
import io.tagma.engine.shard.Replay;
import io.tagma.store.AuditTailer;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import java.nio.file.Path;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/** What a recovered directory has to hold, read back by other means than the engine's. Owned by one thread; for one directory. */
final class CrashOracle {
    private final Path directory;
    private final LongArrayList decided = new LongArrayList();
    private long acknowledged;
    private long lost;
    private @Nullable String damage;

    CrashOracle(final Path directory) {
        this.directory = directory;
    }

    /** Holds the journal's decisions against what was acknowledged: each must be there once, and as it was told. */
    void readJournal(final Acknowledgements told) {
        final long[] found = new long[Acknowledgements.MOST + 1];
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final Decision decision = new Decision();
        try (JournalTailer tailer = JournalTailer.open(directory.resolve("journal/shard-0"))) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                if (code == TailerCode.DAMAGED) {
                    damage = String.valueOf(tailer.damage());
                    continue;
                }
                for (int i = 0; tailer.type() == ExcerptType.OUTPUT && i < tailer.count(); i++) {
                    header.wrap(tailer.buffer(), tailer.frameOffset(i));
                    if (header.templateId() == DecisionFrameDecoder.TEMPLATE_ID) {
                        decision.wrap(0, tailer.buffer(), tailer.frameOffset(i));
                        decided.addLong(decision.sequence());
                        note(decision, found);
                    }
                }
            }
        }
        for (int id = 1; id <= told.last(); id++) {
            final long fingerprint = told.fingerprint(id);
            if (fingerprint != 0) {
                acknowledged++;
                lost += fingerprint == found[id] ? 0 : 1;
            }
        }
    }

    private void note(final Decision decision, final long[] found) {
        final long id = decision.correlationId();
        if (id < found.length) {
            if (found[(int) id] != 0) {
                damage = "payment " + id + " was decided twice";
            }
            found[(int) id] = Acknowledgements.fingerprint(decision);
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    long recovered() {
        return decided.size();
    }

    long lost() {
        return lost;
    }

    /** What is wrong with the journal itself, null for nothing. */
    @Nullable
    String damage() {
        return damage;
    }

    /** How many audit records are missing, twice, out of order or damaged. After {@link #readJournal}. */
    long auditWrong() {
        long wrong = 0;
        int next = 0;
        try (AuditTailer audit = AuditTailer.open(directory.resolve("audit/shard-0"))) {
            while (audit.next()) {
                final long sequence = audit.sequence();
                while (next < decided.size() && decided.getLong(next) < sequence) {
                    next++;
                    wrong++;
                }
                if (next < decided.size() && decided.getLong(next) == sequence) {
                    next++;
                } else {
                    wrong++;
                }
            }
            return wrong + decided.size() - next + audit.damaged();
        }
    }

    /**
     * Replays the journal from its start, without snapshots, and verifies every decision and hash in it.
     *
     * @return what is wrong, null when state and decisions are the recovered engine's
     */
    static @Nullable String replay(final EngineContext context, final Path scratch, final long stateHash) {
        try (Replay replay = Replay.open(context, scratch)) {
            final Divergence first = replay.shard(0).advance(Long.MAX_VALUE, true);
            if (first != null) {
                return "the journal does not replay: " + first;
            }
            return replay.stateHash() == stateHash ? null : "the state hash differs";
        }
    }
}
