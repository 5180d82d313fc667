package io.tagma.engine.training;

import java.util.List;

/**
 * How a shard's models are trained, as it was after the last order or batch. Immutable; any thread.
 *
 * @param lastNumber the last order that the shard has had
 * @param paused whether nobody learns
 * @param stepsLeft outcomes that will be learnt from although paused
 * @param undoable orders that can be taken back
 * @param redoable orders that can be carried out again
 * @param models each model
 * @param history the newest orders, the oldest first
 */
public record TrainingStatus(
        long lastNumber,
        boolean paused,
        long stepsLeft,
        int undoable,
        int redoable,
        List<Model> models,
        List<TrainingRecord> history) {
    /**
     * One model.
     *
     * @param name the agent's
     * @param floats of memory; 0 where it has none that training can reach
     * @param frozen whether it learns nothing
     * @param rate what its learning rate is multiplied with
     * @param version of its weights
     * @param kept versions that a rollback can return to
     * @param hooks around it, in words
     */
    public record Model(
            String name, int floats, boolean frozen, float rate, int version, List<Integer> kept, List<String> hooks) {
        Model with(final List<String> now) {
            return new Model(name, floats, frozen, rate, version, kept, now);
        }
    }

    TrainingStatus with(final List<Model> now) {
        return new TrainingStatus(lastNumber, paused, stepsLeft, undoable, redoable, now, history);
    }

    /** Copies. */
    public TrainingStatus {
        models = List.copyOf(models);
        history = List.copyOf(history);
    }
}
