package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
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
    private static final int MOST_ORDERS = 4096;

    private final OnlineModel live;
    private final HookTypes types;
    private final long seed;
    private final List<Order> orders = new ArrayList<>();
    private final float[] said;
    private HookChain hooks = HookChain.NONE;
    private ActingHooks acting;
    private long examples;
    private long liveRight;

    /**
     * An order as it was noted.
     *
     * @param examples learnt before it
     * @param name of the hook
     * @param hook what was put, as it is written, or null where it was removed
     */
    public record Order(
            long examples, String name, @Nullable String hook) {}

    /**
     * A model without hooks.
     *
     * @param live the model within; nobody else teaches it
     * @param types of hooks and of the models that they may name
     * @param seed of models that hooks bring
     */
    public HookedModel(final OnlineModel live, final HookTypes types, final long seed) {
        this.live = live;
        this.types = types;
        this.seed = seed;
        this.said = new float[live.schema().classes().size()];
        this.acting = new ActingHooks(hooks, live.schema());
    }

    /** The same with the hooks of this package over some model types. */
    public HookedModel(final OnlineModel live, final ModelTypes types, final long seed) {
        this(live, HookTypes.of(types), seed);
    }

    /** The same with a hook at hand. */
    public void put(final String name, final ModelHook hook) {
        put(name, hook.toString());
    }

    /**
     * Puts a hook around the model, behind those that are there.
     *
     * @param hook as {@link HookTypes#parse} reads it
     * @throws IllegalArgumentException when the name is taken or blank, there is no such hook, type or input, or there are too many
     *     hooks; nothing has changed then
     */
    public void put(final String name, final String hook) {
        hooks.require(name);
        final HookChain more = hooks.with(make(name, hook));
        note(new Order(examples, name, hook));
        act(more);
    }

    private LiveHook make(final String name, final String hook) {
        return new ModelLiveHook(name, hook, types, live.schema(), seed);
    }

    private void act(final HookChain now) {
        hooks = now;
        acting = new ActingHooks(now, live.schema());
    }

    /**
     * Takes a hook away, with what its model has learnt.
     *
     * @throws IllegalArgumentException when there is none of that name, with those that there are
     */
    public void remove(final String name) {
        final HookChain left = hooks.without(name);
        note(new Order(examples, name, null));
        act(left);
    }

    private void note(final Order order) {
        if (orders.size() == MOST_ORDERS) {
            throw new IllegalArgumentException(MOST_ORDERS + " orders were noted: this model takes no more hooks");
        }
        orders.add(order);
    }

    /** The hooks' names in their order. */
    public List<String> names() {
        return hooks.names();
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
        return hooks.hooks().stream()
                .filter(hook -> hook.name().equals(name) && hook.examples() > 0)
                .mapToDouble(hook -> (double) hook.right() / hook.examples())
                .findFirst()
                .orElse(Double.NaN);
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
        if (hooks.isEmpty() || features.length != schema().inputs().size()) {
            return live.predict(features, probabilities); // it says what is wrong with a wrong length
        }
        live.predict(acting.ask(features, 0, features.length), probabilities);
        acting.answer(probabilities);
        int best = 0;
        for (int c = 1; c < said.length; c++) {
            best = probabilities[c] > probabilities[best] ? c : best;
        }
        return best;
    }

    @Override
    public void learn(final float[] features, final int label) {
        final boolean right = label >= 0 && label < said.length && live.predict(features, said) == label;
        live.learn(features, label);
        examples++;
        liveRight += right ? 1 : 0;
        acting.learn(features, 0, features.length, label);
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
            out.putText(order.name());
            out.putText(order.hook() == null ? "" : order.hook());
        }
        out.putInt(hooks.hooks().size());
        for (final LiveHook hook : hooks.hooks()) {
            out.putText(hook.name());
            out.putText(hook.spec());
            hook.write(out);
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
            final String name = in.getText();
            final String hook = in.getText();
            orders.add(new Order(at, name, hook.isEmpty() ? null : hook));
        }
        HookChain read = HookChain.NONE;
        for (int left = in.getInt(); left > 0; left--) {
            final LiveHook hook = make(in.getText(), in.getText());
            hook.read(in);
            read = read.with(hook);
        }
        act(read);
    }
}
