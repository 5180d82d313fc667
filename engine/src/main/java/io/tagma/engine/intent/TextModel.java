package io.tagma.engine.intent;

import io.tagma.store.ProfileRow;
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

    /** The features of a text that speak most for an intent, the strongest first. For people: allocates. */
    List<FeatureWeight> explain(DirectBuffer text, int offset, int length, int intent, int limit);
}
