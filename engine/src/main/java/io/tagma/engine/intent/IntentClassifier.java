package io.tagma.engine.intent;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Tells which of a fixed number of intents a text asks for, and learns from each answer as it arrives; owned by one shard's thread.
 *
 * <p>Guarantees:
 * <ol>
 *   <li>What it answers and what it becomes depend on the configuration and the sequence of {@link #learn} calls alone, to the last
 *       bit; {@link #classify} changes nothing that is remembered.
 *   <li>{@code classify} and {@code learn} neither throw for any bytes, lock nor log, and allocate nothing once the tables
 *       have grown.
 *   <li>Every table is bounded; what no longer fits is counted in {@link #counters}.
 * </ol>
 *
 * <p>Texts are UTF-8. Malformed sequences separate words and are counted; a text beyond the configured length is cut at a character
 * and counted.
 */
public interface IntentClassifier {

    /** {@link #classify(DirectBuffer, int, int, IntentPrior)} for a subject of whom nothing is known. */
    default int classify(final DirectBuffer text, final int offset, final int length) {
        return classify(text, offset, length, IntentPrior.NONE);
    }

    /**
     * Classifies a text; the other accessors then describe this call until the next {@code classify}, {@code learn} or {@code
     * explain}.
     *
     * @param text holds the UTF-8 bytes
     * @param offset where they start
     * @param length how many they are; 0 is a text without words
     * @param prior the subject's past
     * @return the likeliest intent, 0 to {@link #classes} - 1, the lowest of equals; the out-of-scope class too, if there is one
     */
    int classify(DirectBuffer text, int offset, int length, IntentPrior prior);

    /** Probability of an intent after the last {@code classify}, with the prior in it; 0 to 1. */
    float probability(int intent);

    /**
     * How far the last text is from everything learnt: 0 (at home) to 1 (out of scope). It judges the text alone, not the
     * subject's past.
     */
    float outOfScopeScore();

    /**
     * Learns that a text meant an intent.
     *
     * @return false, and nothing is learnt, if the intent is not one of 0 to {@link #classes} - 1
     */
    boolean learn(DirectBuffer text, int offset, int length, int intent);

    /** How many intents there are, an out-of-scope class included. */
    int classes();

    /** Texts learnt so far, rehearsed ones not included. */
    long learnt();

    /**
     * A 64-bit digest of all that was learnt, equal for equal state; kept as it is learnt, so that asking costs nothing.
     */
    long digest();

    /**
     * The features that speak most for an intent in a text, the strongest first. Allocates: for people, not for the hot path.
     *
     * @param limit at most so many
     */
    List<FeatureWeight> explain(DirectBuffer text, int offset, int length, int intent, int limit);

    /** What happened so far; readable from any thread. */
    IntentCounters counters();

    /** Writes all that was learnt to a snapshot. */
    void save(SnapshotWriter out);

    /** Reads what {@link #save} wrote, into a classifier that has learnt nothing and is configured alike. */
    void load(SnapshotReader in);
}
