package io.tagma.tools.desk;

import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.store.ProfileRow;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A user's row: how often each intent turned out to be meant, one float an intent, fading with each new one. One instance a
 * shard.
 */
final class DeskRule implements ProfileRule {
    /** Kind of subjects with a row of their own. */
    static final int USER = 1;

    /** Kind of the one subject that stands for everybody who is not named: it has no past. */
    static final int VISITOR = 2;

    private static final float FADE = 0.98f;

    /** Where the count ends of an intent that a user means every time. */
    private static final float MOST = 1f / (1f - FADE);

    private final int intents;
    private final List<BehaviourVariable> behaviours;

    DeskRule(final List<String> names) {
        this.intents = names.size();
        this.behaviours = IntStream.range(0, intents)
                .mapToObj(i -> new BehaviourVariable(names.get(i), i, 0f, MOST))
                .toList();
    }

    @Override
    public List<BehaviourVariable> behaviours(final int kind) {
        return kind == USER ? behaviours : List.of();
    }

    @Override
    public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
        features[offset] = task.confidence();
        features[offset + 1] = task.outOfScope();
        features[offset + 2] = row.get(task.intent());
        return 3;
    }

    @Override
    public void update(final ProfileRow row, final Task task) {
        // what a user asked for is known when the outcome comes
    }

    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public void learn(final ProfileRow row, final Feedback feedback) {
        final int meant = feedback.trueIntent();
        if (Subjects.kind(row.subject()) != USER || meant < 0) {
            return;
        }
        for (int i = 0; i < intents; i++) {
            row.set(i, row.get(i) * FADE);
        }
        row.set(meant, row.get(meant) + 1f);
    }
}
