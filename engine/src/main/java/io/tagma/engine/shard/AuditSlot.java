package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.observe.AuditStage;
import io.tagma.engine.observe.Counter;
import io.tagma.store.AuditAppender;
import io.tagma.store.JournalTailer;
import io.tagma.store.StoreDirectory;
import org.agrona.concurrent.Agent;

/**
 * One shard's audit over all its lives: a stage that failed is closed and another goes on behind the last record. Made by the launching
 * thread; {@link #fresh} is its stage's thread's, {@link #close} is for when that has ended, what counts for any.
 */
final class AuditSlot {
    private final EngineContext context;
    private final StoreDirectory directory;
    private final int shard;
    private volatile AuditStage current;
    private final Counter recordsBefore = new Counter();
    private final Counter failuresBefore = new Counter();
    private boolean lived;

    /** Opens it, so that a launch fails where it cannot be. */
    AuditSlot(final EngineContext context, final StoreDirectory directory, final int shard) {
        this.context = context;
        this.directory = directory;
        this.shard = shard;
        this.current = open();
    }

    private AuditStage open() {
        return new AuditStage(
                shard,
                ExcerptType.INPUT,
                ExcerptType.OUTPUT,
                JournalTailer.open(directory.journal(shard)),
                AuditAppender.open(directory.audit(shard)),
                context.intents(),
                context.agents().stream()
                        .map(factory -> factory.describe().name())
                        .toList(),
                context.subjectNames());
    }

    /** The stage for the next life. */
    Agent fresh() {
        if (lived) {
            final AuditStage old = current;
            old.onClose();
            recordsBefore.add(old.records());
            failuresBefore.add(old.failures());
            current = open();
        }
        lived = true;
        return current;
    }

    int shard() {
        return shard;
    }

    long lastSeen() {
        return current.lastSeen();
    }

    boolean isCaughtUp(final long sequence) {
        return current.isCaughtUp(sequence);
    }

    boolean isPaused() {
        return current.isPaused();
    }

    /** Records written since the launch. */
    long records() {
        return recordsBefore.get() + current.records();
    }

    /** Times the disk refused a record since the launch. */
    long failures() {
        return failuresBefore.get() + current.failures();
    }

    void close() {
        current.onClose();
    }
}
