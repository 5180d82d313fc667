package io.tagma.engine.intent;

import io.tagma.store.ProfileRow;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
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
}
