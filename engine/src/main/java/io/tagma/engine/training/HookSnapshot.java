package io.tagma.engine.training;

import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.LiveHook;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The hooks of a {@link TrainingControl} to and from a snapshot. Stateless.
 *
 * <p>A hook may be in the present state and in several that undo or redo lead to, and is one in all of them: it is written once, and states
 * refer to it by number.
 */
public final class HookSnapshot {
    private HookSnapshot() {}

    /** Writes all hooks that there are or that undo and redo would bring back, with what they have learnt. */
    public static void save(final TrainingControl control, final SnapshotWriter out) {
        final List<ModelTraining[]> states = control.states();
        final List<LiveHook> all = new ArrayList<>();
        final List<Integer> models = new ArrayList<>();
        for (final ModelTraining[] state : states) {
            for (int model = 0; model < state.length; model++) {
                for (final LiveHook hook : state[model].hooks().hooks()) {
                    if (!all.contains(hook)) { // hooks are equal to themselves alone
                        all.add(hook);
                        models.add(model);
                    }
                }
            }
        }
        out.putInt(all.size());
        for (int i = 0; i < all.size(); i++) {
            out.putInt(models.get(i));
            out.putText(all.get(i).name());
            out.putText(all.get(i).spec());
            all.get(i).write(out);
        }
        for (final ModelTraining[] state : states) {
            for (final ModelTraining training : state) {
                out.putInt(training.hooks().hooks().size());
                training.hooks().hooks().forEach(hook -> out.putInt(all.indexOf(hook)));
            }
        }
    }

    /** Reads them into a control that was just read by {@link TrainingSnapshot}. */
    public static void load(final TrainingControl control, final SnapshotReader in) {
        final List<LiveHook> all = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            final int model = in.getInt();
            final String name = in.getText();
            final LiveHook hook = control.made(model, name, in.getText());
            hook.read(in);
            all.add(hook);
        }
        for (final ModelTraining[] state : control.states()) {
            for (int model = 0; model < state.length; model++) {
                final List<LiveHook> hooks = new ArrayList<>();
                for (int left = in.getInt(); left > 0; left--) {
                    hooks.add(all.get(in.getInt()));
                }
                state[model] = state[model].hooks(new HookChain(hooks));
            }
        }
        control.resumeHooks();
    }
}
