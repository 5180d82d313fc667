package io.tagma.engine.profile;

import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.store.ProfileRow;
import java.util.List;

/**
 * What the rows of one role (an event's subject, or its peer) say of an event, and how events and outcomes change them. One
 * instance a shard, called by its thread alone: it may keep scratch values from {@link #contribute} to {@link #update} of
 * the same task. Must be a function of its arguments.
 */
public interface ProfileRule {
    /**
     * Writes what the row says of the task into {@code features} from {@code offset}. Does not change the row.
     *
     * @return how many floats it wrote
     */
    int contribute(ProfileRow row, Task task, float[] features, int offset);

    /** Brings the row up to date with the task; the shard has opened it for update and seals it afterwards. */
    void update(ProfileRow row, Task task);

    /** Brings the row up to date with an outcome; the shard has opened it for update and seals it afterwards. */
    default void learn(final ProfileRow row, final Feedback feedback) {}

    /**
     * The numbers of such a subject's row that say how it behaves, and that people may bring back to neutral; none unless the rule says
     * so. Always the same: a neutralisation in the journal names places.
     *
     * @param kind of the subject
     */
    default List<BehaviourVariable> behaviours(final int kind) {
        return List.of();
    }

    /** Whether {@link #learn} changes rows at all; if not, the shard leaves them alone. */
    default boolean learns() {
        return false;
    }
}
