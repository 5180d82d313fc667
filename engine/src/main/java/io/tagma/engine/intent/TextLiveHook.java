package io.tagma.engine.intent;

import io.tagma.engine.model.CountedHook;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import org.agrona.DirectBuffer;

/** Another classifier beside the one within: it learns the same texts, or is published and learns none. Owned by the shard's thread. */
final class TextLiveHook extends CountedHook {
    private final IntentClassifier other;
    private final float share;
    private final boolean learns;

    TextLiveHook(
            final String name,
            final String spec,
            final IntentClassifier other,
            final float share,
            final boolean learns) {
        super(name, spec);
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
            count(other.classify(text, offset, length) == intent);
            other.learn(text, offset, length, intent);
        }
    }

    /** Of one that is published, its name says all. */
    @Override
    public long digest() {
        return learns ? other.digest() : 0;
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.putLong(examples());
        out.putLong(right());
        if (learns) {
            other.save(out);
        }
    }

    @Override
    public void read(final SnapshotReader in) {
        resume(in.getLong(), in.getLong());
        if (learns) {
            other.load(in);
        }
    }
}
