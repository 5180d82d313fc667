package io.tagma.engine.intent;

/**
 * One feature's share in a decision, for people to read; immutable.
 *
 * @param kind {@code word}, {@code pair} or {@code chars}
 * @param text the feature as it stood in the text, lower-cased: a word, {@code one two} or {@code one _ two} with {@code ^} and
 *     {@code $} for the sentence's ends, or characters with {@code _} for a word's end
 * @param value its weighted frequency in the text, 0 to 1
 * @param weight its weight for the intent
 */
public record FeatureWeight(String kind, String text, float value, float weight) {
    /** What it added to the intent's score. */
    public float contribution() {
        return value * weight;
    }
}
