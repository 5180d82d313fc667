package io.tagma.engine.training;

import io.tagma.engine.model.HookChain;
import io.tagma.engine.training.ModelTraining.KeptWeights;
import io.tagma.engine.training.TrainingControl.Change;
import io.tagma.engine.training.TrainingControl.TrainingMemory;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link TrainingControl} to and from a snapshot, but for hooks ({@link HookSnapshot}). Stateless. */
public final class TrainingSnapshot {
    private TrainingSnapshot() {}

    /** Writes all of it, also what can be undone. */
    public static void save(final TrainingControl control, final SnapshotWriter out) {
        final TrainingMemory state = control.state();
        out.putInt(state.now().trainings().length);
        change(state.now(), out);
        changes(state.undo(), out);
        changes(state.redo(), out);
        out.putInt(state.history().size());
        state.history().forEach(one -> put(one, out));
        out.putLong(state.lastNumber());
        out.putLong(state.collecting());
        out.putInt(state.nextPart());
        bytes(state.collected(), out);
    }

    /** Reads it into a control that has had no order yet. */
    public static void load(final TrainingControl control, final SnapshotReader in) {
        final int models = in.getInt();
        final Change now = change(models, in);
        final List<Change> undo = changes(models, in);
        final List<Change> redo = changes(models, in);
        final List<TrainingRecord> history = new ArrayList<>();
        for (int i = in.getInt(); i > 0; i--) {
            history.add(new TrainingRecord(
                    in.getLong(), in.getLong(), in.getLong(), text(in), text(in), text(in), text(in)));
        }
        control.resume(
                new TrainingMemory(now, undo, redo, history, in.getLong(), in.getLong(), in.getInt(), bytes(in)));
    }

    private static void put(final TrainingRecord one, final SnapshotWriter out) {
        out.putLong(one.number());
        out.putLong(one.sequence());
        out.putLong(one.timeNs());
        for (final String text : List.of(one.who(), one.why(), one.what(), one.refused())) {
            bytes(text.getBytes(StandardCharsets.UTF_8), out);
        }
    }

    private static void changes(final List<Change> all, final SnapshotWriter out) {
        out.putInt(all.size());
        all.forEach(one -> change(one, out));
    }

    private static List<Change> changes(final int models, final SnapshotReader in) {
        final List<Change> all = new ArrayList<>();
        for (int i = in.getInt(); i > 0; i--) {
            all.add(change(models, in));
        }
        return all;
    }

    private static void change(final Change one, final SnapshotWriter out) {
        out.putInt(one.paused() ? 1 : 0);
        out.putLong(one.stepsLeft());
        for (int i = 0; i < one.trainings().length; i++) {
            final ModelTraining training = one.trainings()[i];
            out.putInt(training.frozen() ? 1 : 0);
            out.putFloat(training.rate());
            out.putInt(training.version());
            out.putInt(training.kept().size());
            for (final KeptWeights kept : training.kept()) {
                out.putInt(kept.version());
                floats(kept.weights(), out);
            }
            final float[] memory = one.memories()[i];
            floats(memory == null ? new float[0] : memory, out);
        }
    }

    private static Change change(final int models, final SnapshotReader in) {
        final boolean paused = in.getInt() != 0;
        final long stepsLeft = in.getLong();
        final ModelTraining[] trainings = new ModelTraining[models];
        final float[] @Nullable [] memories = new float[models][];
        for (int i = 0; i < models; i++) {
            final boolean frozen = in.getInt() != 0;
            final float rate = in.getFloat();
            final int version = in.getInt();
            final List<KeptWeights> kept = new ArrayList<>();
            for (int k = in.getInt(); k > 0; k--) {
                kept.add(new KeptWeights(in.getInt(), floats(in)));
            }
            trainings[i] = new ModelTraining(frozen, rate, version, List.copyOf(kept), HookChain.NONE);
            final float[] memory = floats(in);
            memories[i] = memory.length == 0 ? null : memory;
        }
        return new Change(paused, stepsLeft, trainings, memories);
    }

    private static void floats(final float[] values, final SnapshotWriter out) {
        out.putInt(values.length);
        out.putFloats(values, 0, values.length);
    }

    private static float[] floats(final SnapshotReader in) {
        final float[] values = new float[in.getInt()];
        in.getFloats(values, 0, values.length);
        return values;
    }

    private static void bytes(final byte[] values, final SnapshotWriter out) {
        out.putInt(values.length);
        out.putBytes(values, 0, values.length);
    }

    private static byte[] bytes(final SnapshotReader in) {
        final byte[] values = new byte[in.getInt()];
        in.getBytes(values, 0, values.length);
        return values;
    }

    private static String text(final SnapshotReader in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }
}
