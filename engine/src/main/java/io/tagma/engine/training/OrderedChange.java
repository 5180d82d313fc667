package io.tagma.engine.training;

import io.tagma.engine.model.HookChain;
import io.tagma.engine.training.ModelTraining.KeptWeights;
import io.tagma.engine.training.TrainingControl.Change;
import org.jspecify.annotations.Nullable;

/** The state that an order's commands lead to, worked out aside: what one of them cannot do, none does. Owned by one thread. */
final class OrderedChange {
    private final TrainedModels models;
    private final ModelTraining[] trainings;
    private final float[] @Nullable [] memories;
    private boolean paused;
    private long stepsLeft;

    OrderedChange(
            final TrainedModels models, final boolean paused, final long stepsLeft, final ModelTraining[] trainings) {
        this.models = models;
        this.paused = paused;
        this.stepsLeft = stepsLeft;
        this.trainings = trainings.clone();
        this.memories = new float[trainings.length][];
    }

    Change result() {
        return new Change(paused, stepsLeft, trainings, memories);
    }

    void apply(final TrainingCommand command) {
        switch (command.kind()) {
            case START -> start();
            case PAUSE -> paused(true);
            case RESUME -> paused(false);
            case STEP -> step(command.number());
            case UNDO, REDO -> throw new IllegalArgumentException("undo and redo stand alone");
            default -> model(command);
        }
    }

    private void start() {
        paused(false);
        for (int i = 0; i < trainings.length; i++) {
            trainings[i] = trainings[i].frozen(false);
        }
    }

    private void paused(final boolean now) {
        paused = now;
        stepsLeft = 0;
    }

    private void step(final long outcomes) {
        if (!paused) {
            throw new IllegalArgumentException("step is for a pause: pause first");
        }
        stepsLeft = outcomes;
    }

    private void model(final TrainingCommand command) {
        final int model = find(command.model());
        switch (command.kind()) {
            case FREEZE -> trainings[model] = trainings[model].frozen(true);
            case THAW -> trainings[model] = trainings[model].frozen(false);
            case TUNE -> {
                memory(model);
                trainings[model] = trainings[model].rate(command.values()[0]);
            }
            case PROMOTE -> trainings[model] = trainings[model].promoted(memory(model));
            case ROLLBACK -> rollback(model, command.number());
            case INJECT -> inject(model, command.number(), command.values());
            case HOOK -> hook(model, command.hookName(), command.spec());
            case UNHOOK ->
                trainings[model] =
                        trainings[model].hooks(trainings[model].hooks().without(command.hookName()));
            default -> {
                if (command.spec().isEmpty()) {
                    publish(model, command.values());
                } else {
                    publishFile(model, command.spec());
                }
            }
        }
    }

    private int find(final String name) {
        final StringBuilder names = new StringBuilder();
        for (int i = 0; i < models.count(); i++) {
            if (models.name(i).equals(name)) {
                return i;
            }
            names.append(i == 0 ? "" : ", ").append(models.name(i));
        }
        throw new IllegalArgumentException("no model '" + name + "'; there are: " + names);
    }

    /** The memory as the commands so far leave it, to be read. */
    private float[] memory(final int model) {
        final float[] changed = memories[model];
        final float[] present = changed == null ? models.memory(model) : changed;
        if (present == null) {
            throw new IllegalArgumentException("'" + models.name(model)
                    + "' keeps what it learns out of training's reach; it can be frozen, thawed and paused");
        }
        return present;
    }

    private float[] own(final int model) {
        final float[] own = memory(model).clone();
        memories[model] = own;
        return own;
    }

    private void rollback(final int model, final long version) {
        final ModelTraining training = trainings[model];
        if (training.kept().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + models.name(model) + "' has no version to return to: promote makes one");
        }
        for (final KeptWeights kept : training.kept().reversed()) {
            if (version == 0 || kept.version() == version) {
                System.arraycopy(kept.weights(), 0, own(model), 0, kept.weights().length);
                trainings[model] = training.version(kept.version());
                return;
            }
        }
        throw new IllegalArgumentException("'" + models.name(model) + "' has no version " + version
                + " any more; there are: "
                + training.kept().stream().map(KeptWeights::version).toList());
    }

    private void inject(final int model, final long first, final float[] values) {
        final float[] own = own(model);
        if (first + values.length > own.length) {
            throw new IllegalArgumentException("'" + models.name(model) + "' has " + own.length + " floats: "
                    + values.length + " from " + first + " do not fit");
        }
        System.arraycopy(values, 0, own, (int) first, values.length);
    }

    private void publish(final int model, final float[] values) {
        if (memory(model).length != values.length) {
            throw new IllegalArgumentException("'" + models.name(model) + "' has " + memory(model).length
                    + " floats, a new version with " + values.length + " does not fit");
        }
        inject(model, 0, values);
        trainings[model] = trainings[model].promoted(values);
    }

    private void hook(final int model, final String name, final String spec) {
        trainings[model].hooks().require(name); // before anything large is made
        trainings[model] = trainings[model].hooks(trainings[model].hooks().with(models.hook(model, name, spec)));
    }

    private void publishFile(final int model, final String spec) {
        final HookChain present = trainings[model].hooks();
        if (present.names().contains(TrainingCommand.PUBLISHED)) {
            trainings[model] = trainings[model].hooks(present.without(TrainingCommand.PUBLISHED));
        }
        hook(model, TrainingCommand.PUBLISHED, spec);
        trainings[model] = trainings[model].version(trainings[model].version() + 1);
    }
}
