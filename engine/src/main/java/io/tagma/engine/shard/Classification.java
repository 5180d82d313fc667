package io.tagma.engine.shard;

import io.tagma.engine.agent.Supervision;
import io.tagma.engine.agent.Task;
import io.tagma.engine.intent.TextModel;
import io.tagma.store.ProfileRow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the intent of an event that came without one, by its text, where there is a model that can. Owned by the shard's thread. */
final class Classification {
    private final @Nullable TextModel model;
    private final int intents;
    private final ShardCounters counters;

    Classification(final ShardParts parts) {
        this.model = parts.textModel();
        this.intents = parts.intents().size();
        this.counters = parts.counters();
    }

    /** Whether texts are classified, and so kept to learn from. */
    boolean isPresent() {
        return model != null;
    }

    /** Writes the intent into the task; false where there is no model or no text, or the model threw, which is counted. */
    boolean classify(final Task task, final ProfileRow row) {
        if (model == null || task.textLength() == 0) {
            return false;
        }
        try {
            final int intent = model.classify(task.buffer(), task.textOffset(), task.textLength(), row);
            Objects.checkIndex(intent, intents);
            task.classified(intent, model.probability(), model.outOfScope());
        } catch (final Throwable failure) {
            Supervision.rethrowIfFatal(failure);
            counters.faults.increment();
            return false;
        }
        return true;
    }

    /** What the state hash takes of the model; 0 without one. */
    long digest() {
        return model == null ? 0L : model.digest();
    }
}
