package io.tagma.engine.intent;

import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.LiveHook;
import io.tagma.store.ProfileRow;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;

/** One shard's way from a text to an intent, as the shard sees it. Owned by the shard's thread. */
public interface TextModel {
    /**
     * Classifies UTF-8 text in the light of what the subject's row says; answers through the getters until the next call.
     *
     * @return number of the likeliest intent
     */
    int classify(DirectBuffer text, int offset, int length, ProfileRow row);

    /** Probability of the intent that {@link #classify} returned. */
    float probability();

    /** How strange the text was; greater is stranger. */
    float outOfScope();

    /** Learns that a text had this intent. */
    void learn(DirectBuffer text, int offset, int length, int intent);

    /** Digest of all that was learnt, for the state hash. */
    long digest();

    /**
     * Writes all that was learnt to a snapshot, so that {@link #load} gives the same {@link #digest} and the same answers. A model
     * that learns nothing has nothing to write; one that learns and does not write is found out by its digest, and its
     * snapshots are passed over.
     */
    default void save(SnapshotWriter out) {}

    /** Reads what {@link #save} wrote, into a model that has learnt nothing and is configured alike. */
    default void load(SnapshotReader in) {}

    /** The features of a text that speak most for an intent, the strongest first. For people: allocates. */
    List<FeatureWeight> explain(DirectBuffer text, int offset, int length, int intent, int limit);

    /**
     * Makes a hook for this model, to be put by {@link #hooks}: another classifier beside it, or networks that were published. Any thread.
     *
     * @param published where published files are
     * @throws IllegalArgumentException when there is no such hook, or this model takes none
     * @throws io.tagma.store.StoreException when a published file is missing or damaged
     */
    default LiveHook hook(final String name, final String spec, final Path published) {
        throw new IllegalArgumentException("this classifier takes no hooks: make it as a RowTextModel with TextHooks");
    }

    /** Puts hooks around this model, in place of those that were there; each made by {@link #hook}. */
    default void hooks(final HookChain chain) {
        if (!chain.isEmpty()) {
            throw new IllegalArgumentException("this classifier takes no hooks: " + chain.names());
        }
    }
}
