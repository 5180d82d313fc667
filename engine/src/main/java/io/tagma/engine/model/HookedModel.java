package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A live model with hooks around it that come and go (metamorphic injection). Owned by one thread.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>The model within learns every example as it came, whatever hooks there are, so that with the last hook gone the answers are, to
 *       the last bit, those of a model that never had one.
 *   <li>Hooks act in the order in which they were put: transforms before anybody is asked, then each other model on the answer so far.
 *   <li>Each order is noted with the number of examples before it; {@link #replay} of the notes over the same examples comes to
 *       the same answers.
 * </ol>
 */
public final class HookedModel implements OnlineModel {
    /** Most hooks at one time. */
    public static final int MOST_HOOKS = 16;

    private static final int MOST_ORDERS = 4096;

    private final OnlineModel live;
    private final ModelTypes types;
    private final long seed;
    private final List<Hooked> hooks = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private final float[] asked;
    private final float[] said;
    private long examples;
    private long liveRight;

    /**
     * An order as it was noted.
     *
     * @param examples learnt before it
     * @param name of the hook
     * @param hook what was put, or null where it was removed
     */
    public record Order(
            long examples, String name, @Nullable ModelHook hook) {}

    private static final class Hooked {
        private final String name;
        private final ModelHook hook;
        private final @Nullable OnlineModel other;
        private long right;
        private long seen;

        Hooked(final String name, final ModelHook hook, final @Nullable OnlineModel other) {
            this.name = name;
            this.hook = hook;
            this.other = other;
        }
    }

    /**
     * A model without hooks.
     *
     * @param live the model within; nobody else teaches it
     * @param types that hooks may name
     * @param seed of models that hooks bring
     */
    public HookedModel(final OnlineModel live, final ModelTypes types, final long seed) {
        this.live = live;
        this.types = types;
        this.seed = seed;
        this.asked = new float[live.schema().inputs().size()];
        this.said = new float[live.schema().classes().size()];
    }

    /**
     * Puts a hook around the model, behind those that are there.
     *
     * @throws IllegalArgumentException when the name is taken or blank, the type is unknown, there is no such input or there are
     *     too many hooks; nothing has changed then
     */
    public void put(final String name, final ModelHook hook) {
        if (name.isBlank() || find(name) != null) {
            throw new IllegalArgumentException("hooks have names that are distinct and not blank: '" + name + "'");
        }
        if (hooks.size() == MOST_HOOKS) {
            throw new IllegalArgumentException(
                    "there are " + MOST_HOOKS + " hooks already: remove one before '" + name + "' is put");
        }
        final Hooked hooked = new Hooked(name, hook, other(hook));
        note(new Order(examples, name, hook));
        hooks.add(hooked);
    }

    private @Nullable OnlineModel other(final ModelHook hook) {
        final String type = typeOf(hook);
        if (!type.isEmpty()) {
            return types.get(type).create(live.schema(), seed);
        }
        if (hook instanceof final ModelHook.Transform transform
                && (transform.input() < 0 || transform.input() >= asked.length)) {
            throw new IllegalArgumentException("there is no input " + transform.input() + ": 0 to " + (asked.length - 1)
                    + " are " + live.schema().inputs());
        }
        return null;
    }

    private static String typeOf(final ModelHook hook) {
        if (hook instanceof final ModelHook.Replace replace) {
            return replace.type();
        }
        if (hook instanceof final ModelHook.Shadow shadow) {
            return shadow.type();
        }
        return hook instanceof final ModelHook.Blend blend ? blend.type() : "";
    }

    /**
     * Takes a hook away, with what its model has learnt.
     *
     * @throws IllegalArgumentException when there is none of that name, with those that there are
     */
    public void remove(final String name) {
        final Hooked gone = find(name);
        if (gone == null) {
            throw new IllegalArgumentException("no hook '" + name + "'; there are " + names());
        }
        note(new Order(examples, name, null));
        hooks.remove(gone);
    }

    private void note(final Order order) {
        if (orders.size() == MOST_ORDERS) {
            throw new IllegalArgumentException(MOST_ORDERS + " orders were noted: this model takes no more hooks");
        }
        orders.add(order);
    }

    private @Nullable Hooked find(final String name) {
        return hooks.stream().filter(h -> h.name.equals(name)).findFirst().orElse(null);
    }

    /** The hooks' names in their order. */
    public List<String> names() {
        return hooks.stream().map(h -> h.name).toList();
    }

    /** All orders so far. */
    public List<Order> orders() {
        return List.copyOf(orders);
    }

    /** Carries out the orders that were noted after this many examples, as the next example comes; see {@link #orders}. */
    public void replay(final List<Order> noted) {
        for (final Order order : noted) {
            if (order.examples() == examples) {
                if (order.hook() == null) {
                    remove(order.name());
                } else {
                    put(order.name(), order.hook());
                }
            }
        }
    }

    /** Share of examples, since its hook was put, for which a hook's own model was right before it learnt them; NaN where there is none. */
    public double accuracy(final String name) {
        final Hooked hooked = find(name);
        return hooked == null || hooked.seen == 0 ? Double.NaN : (double) hooked.right / hooked.seen;
    }

    /** Share of all examples for which the model within was right. */
    public double liveAccuracy() {
        return examples == 0 ? Double.NaN : (double) liveRight / examples;
    }

    @Override
    public ModelSchema schema() {
        return live.schema();
    }

    @Override
    public int predict(final float[] features, final float[] probabilities) {
        if (hooks.isEmpty()) {
            return live.predict(features, probabilities);
        }
        live.predict(changed(features), probabilities);
        for (int h = 0; h < hooks.size(); h++) {
            final Hooked hooked = hooks.get(h);
            if (hooked.other != null && !(hooked.hook instanceof ModelHook.Shadow)) {
                hooked.other.predict(asked, said);
                final float share = hooked.hook instanceof final ModelHook.Blend blend ? blend.share() : 1f;
                for (int c = 0; c < said.length; c++) {
                    probabilities[c] =
                            share == 1f ? said[c] : Math.fma(share, said[c] - probabilities[c], probabilities[c]);
                }
            }
        }
        int best = 0;
        for (int c = 1; c < said.length; c++) {
            best = probabilities[c] > probabilities[best] ? c : best;
        }
        return best;
    }

    private float[] changed(final float[] features) {
        if (features.length != asked.length) {
            return features; // the model says what is wrong with it
        }
        System.arraycopy(features, 0, asked, 0, asked.length);
        for (int h = 0; h < hooks.size(); h++) {
            if (hooks.get(h).hook instanceof final ModelHook.Transform transform) {
                final int input = transform.input();
                asked[input] = Math.fma(transform.scale(), asked[input], transform.offset());
            }
        }
        return asked;
    }

    @Override
    public void learn(final float[] features, final int label) {
        final boolean right = label >= 0 && label < said.length && live.predict(features, said) == label;
        live.learn(features, label);
        examples++;
        liveRight += right ? 1 : 0;
        for (int h = 0; h < hooks.size(); h++) {
            final Hooked hooked = hooks.get(h);
            if (hooked.other != null) {
                hooked.right += hooked.other.predict(features, said) == label ? 1 : 0;
                hooked.seen++;
                hooked.other.learn(features, label);
            }
        }
    }

    /** Of the model within. */
    @Override
    public void explain(final float[] features, final int label, final float[] contributions) {
        live.explain(features, label, contributions);
    }

    @Override
    public void write(final SnapshotWriter out) {
        live.write(out);
        out.putLong(examples);
        out.putLong(liveRight);
        out.putInt(orders.size());
        for (final Order order : orders) {
            out.putLong(order.examples());
            text(out, order.name());
            text(out, order.hook() == null ? "" : order.hook().toString());
        }
        out.putInt(hooks.size());
        for (final Hooked hooked : hooks) {
            text(out, hooked.name);
            text(out, hooked.hook.toString());
            out.putLong(hooked.right);
            out.putLong(hooked.seen);
            if (hooked.other != null) {
                hooked.other.write(out);
            }
        }
    }

    @Override
    public void read(final SnapshotReader in) {
        live.read(in);
        examples = in.getLong();
        liveRight = in.getLong();
        orders.clear();
        for (int left = in.getInt(); left > 0; left--) {
            final long at = in.getLong();
            final String name = text(in);
            final String hook = text(in);
            orders.add(new Order(at, name, hook.isEmpty() ? null : ModelHook.parse(hook)));
        }
        hooks.clear();
        for (int left = in.getInt(); left > 0; left--) {
            final String name = text(in);
            final ModelHook hook = ModelHook.parse(text(in));
            final Hooked hooked = new Hooked(name, hook, other(hook));
            hooked.right = in.getLong();
            hooked.seen = in.getLong();
            if (hooked.other != null) {
                hooked.other.read(in);
            }
            hooks.add(hooked);
        }
    }

    private static void text(final SnapshotWriter out, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length);
        out.putBytes(bytes, 0, bytes.length);
    }

    private static String text(final SnapshotReader in) {
        final byte[] bytes = new byte[in.getInt()];
        in.getBytes(bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
