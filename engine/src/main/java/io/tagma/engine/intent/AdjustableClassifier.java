package io.tagma.engine.intent;

/**
 * A classifier whose learning can be taken in hand when what it learns from has changed; owned by one shard's thread, like the
 * classifier itself. All of it counts as part of the sequence of calls that an answer depends on.
 */
public interface AdjustableClassifier extends IntentClassifier {
    /**
     * Multiplies the configured learning rate from now on; 1 in the beginning and after {@link #load}.
     *
     * @param factor above 0
     */
    void rate(float factor);

    /** Forgets how far each weight has moved, so that it moves again like a new one; keeps the weights. */
    void forgetSteps();

    /** Forgets the texts that are kept to be learnt again: their labels may no longer hold. */
    void forgetTexts();

    /**
     * Becomes the same as another: whatever follows has the same results in both, to the last bit. Takes time linear in what the
     * other has learnt.
     *
     * @throws IllegalArgumentException if the other is of another type or configured otherwise
     */
    void takeOver(AdjustableClassifier from);
}
