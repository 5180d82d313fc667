package io.tagma.engine.intent;

import io.tagma.engine.model.LiveHook;
import io.tagma.engine.observe.Counter;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import org.agrona.DirectBuffer;

/** Another classifier beside the one within: it learns the same texts, or is published and learns none. Owned by the shard's thread. */
final class TextLiveHook implements LiveHook {
    private final String name;
    private final String spec;
    private final IntentClassifier other;
    private final float share;
    private final boolean learns;
    private final Counter examples = new Counter();
    private final Counter right = new Counter();

    TextLiveHook(
            final String name,
            final String spec,
            final IntentClassifier other,
            final float share,
            final boolean learns) {
        this.name = name;
        this.spec = spec;
        this.other = other;
        this.share = share;
        this.learns = learns;
    }

    /** Who is asked. */
    IntentClassifier other() {
        return other;
    }

    /** Of its answer in the whole; 0 is counted alone. */
    float share() {
        return share;
    }

    void learn(final DirectBuffer text, final int offset, final int length, final int intent) {
        if (learns) {
            right.add(other.classify(text, offset, length) == intent ? 1 : 0);
            examples.increment();
            other.learn(text, offset, length, intent);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String spec() {
        return spec;
    }

    @Override
    public long examples() {
        return examples.get();
    }

    @Override
    public long right() {
        return right.get();
    }

    /** Of one that is published, its name says all. */
    @Override
    public long digest() {
        return learns ? other.digest() : 0;
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.putLong(examples.get());
        out.putLong(right.get());
        if (learns) {
            other.save(out);
        }
    }

    @Override
    public void read(final SnapshotReader in) {
        examples.set(in.getLong());
        right.set(in.getLong());
        if (learns) {
            other.load(in);
        }
    }
}
