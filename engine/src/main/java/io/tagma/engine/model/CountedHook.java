package io.tagma.engine.model;

import io.tagma.engine.observe.Counter;

/** A live hook's name, and how often the model that it may bring was taught and was right. Owned by its model's thread. */
public abstract class CountedHook implements LiveHook {
    private final String name;
    private final String spec;
    private final Counter examples = new Counter();
    private final Counter right = new Counter();

    /** One that has learnt nothing. */
    protected CountedHook(final String name, final String spec) {
        this.name = name;
        this.spec = spec;
    }

    /** Its model is taught an example; {@code wasRight} is whether it knew it before. */
    protected final void count(final boolean wasRight) {
        right.add(wasRight ? 1 : 0);
        examples.increment();
    }

    /** Goes on from a snapshot. */
    protected final void resume(final long taught, final long known) {
        examples.set(taught);
        right.set(known);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String spec() {
        return spec;
    }

    @Override
    public final long examples() {
        return examples.get();
    }

    @Override
    public final long right() {
        return right.get();
    }
}
