package io.tagma.tools.campaign;

import io.tagma.engine.agent.Task;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.store.ProfileRow;
import java.util.List;

/** A user's row under impressions. One instance a shard. */
final class UserRule implements ProfileRule {
    private final float[] scratch = new float[Interests.ROW];

    @Override
    public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
        load(row);
        Interests.features(scratch, 0, task.timeNs(), page(task), features, offset);
        return Interests.FEATURES;
    }

    @Override
    public List<BehaviourVariable> behaviours(final int kind) {
        return kind == CampaignContexts.USER ? Interests.BEHAVIOURS : List.of();
    }

    @Override
    public void update(final ProfileRow row, final Task task) {
        load(row);
        Interests.view(scratch, 0, task.timeNs(), page(task));
        for (int i = 0; i < Interests.ROW; i++) {
            row.set(i, scratch[i]);
        }
    }

    private void load(final ProfileRow row) {
        for (int i = 0; i < Interests.ROW; i++) {
            scratch[i] = row.get(i);
        }
    }

    private static int page(final Task task) {
        return Math.clamp((int) task.value(0), 0, Interests.TOPICS - 1);
    }
}
