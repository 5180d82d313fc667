package io.tagma.engine.intent;

/**
 * How often the subject asked for each intent before, read from its profile row; called by the shard's thread only.
 *
 * <p>Counts may be fractional and may decay; a negative or NaN count reads as zero. {@code intent -> row.get(first + intent)} is a
 * prior, best made once and re-aimed by moving the row flyweight, so that a decision allocates nothing.
 */
@FunctionalInterface
public interface IntentPrior {
    /** Nothing is known of the subject: every intent is as likely as the text says. */
    IntentPrior NONE = intent -> 0f;

    /** The subject's count for an intent from 0 to {@code classes - 1}. */
    float count(int intent);
}
