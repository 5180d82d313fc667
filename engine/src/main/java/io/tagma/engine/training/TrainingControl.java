package io.tagma.engine.training;

import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.LiveHook;
import io.tagma.engine.training.ModelTraining.KeptWeights;
import io.tagma.store.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who of a shard's models learns, at what rate, and the versions of what they learnt: changed by journaled orders alone, so a replay
 * comes to the same. An order is carried out whole or not at all, and can be taken back: the state hash after {@code undo} is
 * the one before the order when nothing was learnt between. Orders that change no weights touch none when they are taken back.
 *
 * <p>Owned by the shard's thread, but for {@link #status()}. Bounded: {@value #MOST_UNDO} orders can be taken back,
 * {@value #MOST_HISTORY} are remembered.
 */
public final class TrainingControl {
    /** Most orders that can be taken back. */
    public static final int MOST_UNDO = 16;

    static final int MOST_HISTORY = 64;
    private static final long KEY = 0x747261696e696e67L;
    private static final long LOW = 0xFFFFFFFFL;

    private final TrainedModels models;
    private final Deque<Change> undo = new ArrayDeque<>();
    private final Deque<Change> redo = new ArrayDeque<>();
    private final Deque<TrainingRecord> history = new ArrayDeque<>();
    private final ModelTraining[] trainings;
    private boolean paused;
    private long stepsLeft;
    private long lastNumber;
    private byte[] collected = {};
    private long collecting;
    private int nextPart;
    private volatile Shown shown;

    /** What others see: the state after the last order, and hooks, whose counts go on. */
    private record Shown(TrainingStatus status, List<HookChain> hooks) {}

    /** All learn at their own rate. */
    public TrainingControl(final TrainedModels models) {
        this.models = models;
        this.trainings = new ModelTraining[models.count()];
        Arrays.fill(trainings, ModelTraining.FRESH);
        this.shown = show();
    }

    /** Whether the next outcome is learnt from; to be asked once for each, since a step is used up by it. */
    public boolean learnsNext() {
        if (!paused) {
            return true;
        }
        if (stepsLeft == 0) {
            return false;
        }
        if (--stepsLeft == 0) {
            shown = show();
        }
        return true;
    }

    /** What a model's learning rate is multiplied with; 0 where it is frozen. */
    public float rate(final int model) {
        final ModelTraining training = trainings[model];
        return training.frozen() ? 0f : training.rate();
    }

    /**
     * Takes a part of an order; carries it out with the last.
     *
     * @param number of the order; one that is not greater than the last is passed over
     * @param part from 0; a part out of turn drops what was collected
     * @return whether the part was of use
     */
    public boolean part(
            final long number,
            final int part,
            final int parts,
            final byte[] bytes,
            final long timeNs,
            final long sequence) {
        if (number <= lastNumber || (part != 0 && (number != collecting || part != nextPart))) {
            return false;
        }
        final int kept = part == 0 ? 0 : collected.length;
        if (kept + bytes.length > TrainingOrder.MAX_BYTES) {
            return false;
        }
        collected = Arrays.copyOf(collected, kept + bytes.length);
        System.arraycopy(bytes, 0, collected, kept, bytes.length);
        collecting = number;
        nextPart = part + 1;
        if (nextPart == parts) {
            final byte[] whole = collected;
            collected = new byte[0];
            nextPart = 0;
            lastNumber = number;
            remember(carryOut(whole, number, timeNs, sequence));
        }
        return true;
    }

    private TrainingRecord carryOut(final byte[] bytes, final long number, final long timeNs, final long sequence) {
        String who = "?";
        String why = "?";
        String what = "?";
        String refused = "";
        try {
            final TrainingOrder order = TrainingOrder.parse(bytes);
            who = order.who();
            why = order.why();
            what = String.join(
                    "; ",
                    order.commands().stream().map(TrainingCommand::summary).toList());
            switch (order.commands().getFirst().kind()) {
                case UNDO -> exchange(undo, redo, "nothing to undo");
                case REDO -> exchange(redo, undo, "nothing to redo");
                default -> apply(order);
            }
        } catch (final IllegalArgumentException e) {
            refused = String.valueOf(e.getMessage());
        }
        return new TrainingRecord(number, sequence, timeNs, who, why, what, refused);
    }

    private void apply(final TrainingOrder order) {
        final OrderedChange change = new OrderedChange(models, paused, stepsLeft, trainings);
        order.commands().forEach(change::apply);
        undo.addLast(exchanged(change.result()));
        if (undo.size() > MOST_UNDO) {
            undo.removeFirst();
        }
        redo.clear();
    }

    private void exchange(final Deque<Change> from, final Deque<Change> to, final String otherwise) {
        final Change change = from.pollLast();
        if (change == null) {
            throw new IllegalArgumentException(otherwise);
        }
        to.addLast(exchanged(change));
    }

    /** Puts a state in place and returns the one before: of the memories, those that it has. */
    private Change exchanged(final Change next) {
        final float[] @Nullable [] before = new float[trainings.length][];
        for (int i = 0; i < trainings.length; i++) {
            final float[] now = models.memory(i);
            final float[] then = next.memories()[i];
            if (now != null && then != null) {
                before[i] = now.clone();
                System.arraycopy(then, 0, now, 0, now.length);
            }
        }
        final Change previous = new Change(paused, stepsLeft, trainings.clone(), before);
        paused = next.paused();
        stepsLeft = next.stepsLeft();
        System.arraycopy(next.trainings(), 0, trainings, 0, trainings.length);
        for (int i = 0; i < trainings.length; i++) {
            if (!trainings[i].hooks().equals(previous.trainings()[i].hooks())) {
                models.hooks(i, trainings[i].hooks());
            }
        }
        return previous;
    }

    /** Has made what an order will need, ahead of it; what cannot be made is refused when its turn comes. Any thread. */
    public void prepare(final TrainingOrder order) {
        for (final TrainingCommand command : order.commands()) {
            for (int i = 0; !command.spec().isEmpty() && i < models.count(); i++) {
                if (models.name(i).equals(command.model())) {
                    models.prepare(i, command.hookName(), command.spec());
                }
            }
        }
    }

    private void remember(final TrainingRecord made) {
        history.addLast(made);
        if (history.size() > MOST_HISTORY) {
            history.removeFirst();
        }
        shown = show();
    }

    /** As it was after the last order, with what hooks count by now; any thread. */
    public TrainingStatus status() {
        final Shown now = shown;
        final List<TrainingStatus.Model> counted = new ArrayList<>();
        for (int i = 0; i < now.hooks().size(); i++) {
            counted.add(now.status()
                    .models()
                    .get(i)
                    .with(now.hooks().get(i).hooks().stream()
                            .map(TrainingControl::words)
                            .toList()));
        }
        return now.status().with(counted);
    }

    private Shown show() {
        final List<TrainingStatus.Model> listed = new ArrayList<>();
        for (int i = 0; i < trainings.length; i++) {
            final ModelTraining training = trainings[i];
            final float[] memory = models.memory(i);
            listed.add(new TrainingStatus.Model(
                    models.name(i),
                    memory == null ? 0 : memory.length,
                    training.frozen(),
                    training.rate(),
                    training.version(),
                    training.kept().stream().map(KeptWeights::version).toList(),
                    List.of()));
        }
        return new Shown(
                new TrainingStatus(
                        lastNumber, paused, stepsLeft, undo.size(), redo.size(), listed, List.copyOf(history)),
                Stream.of(trainings).map(ModelTraining::hooks).toList());
    }

    private static String words(final LiveHook hook) {
        return hook.name() + "=" + hook.spec()
                + (hook.examples() == 0 ? "" : " right in " + hook.right() + " of " + hook.examples());
    }

    /** Whether there never was an order: then it is no part of hash or snapshot. */
    public boolean isUntouched() {
        return lastNumber == 0 && collecting == 0;
    }

    /** Digest of what future decisions depend on; 0 while all is as it began. What can be undone is no part of it. */
    public long digest() {
        long hash = Subjects.mix(KEY ^ (paused ? stepsLeft + 1 : 0));
        boolean fresh = !paused;
        for (int i = 0; i < trainings.length; i++) {
            final ModelTraining training = trainings[i];
            if (!training.equals(ModelTraining.FRESH)) {
                fresh = false;
                hash = Subjects.mix(hash ^ i);
                hash = Subjects.mix(hash ^ Float.floatToIntBits(training.rate()));
                hash = Subjects.mix(hash ^ ((long) training.version() << 1 | (training.frozen() ? 1 : 0)));
                for (final KeptWeights kept : training.kept()) {
                    hash = Subjects.mix(hash ^ Digest.of(kept.version(), kept.weights(), 0, kept.weights().length));
                }
                for (final LiveHook hook : training.hooks().hooks()) {
                    hash = Subjects.mix(hash
                            ^ ((long) hook.name().hashCode() << Integer.SIZE
                                    | (hook.spec().hashCode() & LOW)));
                    hash = Subjects.mix(hash ^ hook.digest());
                }
            }
        }
        return fresh ? 0 : hash;
    }

    /** All of it, for a snapshot. */
    TrainingMemory state() {
        return new TrainingMemory(
                new Change(paused, stepsLeft, trainings.clone(), new float[trainings.length][]),
                List.copyOf(undo),
                List.copyOf(redo),
                List.copyOf(history),
                lastNumber,
                collecting,
                nextPart,
                collected.clone());
    }

    /** Goes on from a snapshot's. */
    void resume(final TrainingMemory loaded) {
        paused = loaded.now().paused();
        stepsLeft = loaded.now().stepsLeft();
        System.arraycopy(loaded.now().trainings(), 0, trainings, 0, trainings.length);
        undo.addAll(loaded.undo());
        redo.addAll(loaded.redo());
        history.addAll(loaded.history());
        lastNumber = loaded.lastNumber();
        collecting = loaded.collecting();
        nextPart = loaded.nextPart();
        collected = loaded.collected();
        shown = show();
    }

    /** Every state that it holds: the present one, then those that undo leads to, then those that redo leads to. */
    List<ModelTraining[]> states() {
        final List<ModelTraining[]> all = new ArrayList<>();
        all.add(trainings);
        undo.forEach(change -> all.add(change.trainings()));
        redo.forEach(change -> all.add(change.trainings()));
        return all;
    }

    /** Goes on with the hooks that were just read into the {@link #states}. */
    void resumeHooks() {
        for (int i = 0; i < trainings.length; i++) {
            models.hooks(i, trainings[i].hooks());
        }
        shown = show();
    }

    /** Makes a hook for a model, as it was when it was put. */
    LiveHook made(final int model, final String name, final String spec) {
        return models.hook(model, name, spec);
    }

    /** Whether there are hooks, or there would be with an undo or redo. */
    public boolean isHooked() {
        return states().stream()
                .anyMatch(state -> Arrays.stream(state)
                        .anyMatch(training -> !training.hooks().isEmpty()));
    }

    /** A whole state; of the memories, those that change with it. Not to be written. */
    @SuppressWarnings("ArrayRecordComponent") // never leaves the package, never compared
    record Change(boolean paused, long stepsLeft, ModelTraining[] trainings, float[] @Nullable [] memories) {}

    /** What a snapshot keeps. */
    @SuppressWarnings("ArrayRecordComponent") // never leaves the package, never compared
    record TrainingMemory(
            Change now,
            List<Change> undo,
            List<Change> redo,
            List<TrainingRecord> history,
            long lastNumber,
            long collecting,
            int nextPart,
            byte[] collected) {}
}
