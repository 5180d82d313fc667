package io.tagma.engine.model;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/** A hook that is around a model, with what it has learnt there. Owned by its model's thread. */
public interface LiveHook {
    /** By which it is taken away again. */
    String name();

    /** How it is written; with this, the same hook is made again. */
    String spec();

    /** Examples since it was put, for which a model of its own was asked before it learnt them; 0 where it has none; any thread. */
    long examples();

    /** For how many of them that model was right; any thread. */
    long right();

    /** Digest of what it has learnt, in its order; of a hook without a model, of nothing. */
    long digest();

    /** Writes what it has learnt. */
    void write(SnapshotWriter out);

    /** Reads what {@link #write} wrote, into a hook just made of the same spec. */
    void read(SnapshotReader in);
}
