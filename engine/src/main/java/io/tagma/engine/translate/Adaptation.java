package io.tagma.engine.translate;

/**
 * Where one feature of the target architecture comes from. Knows positions, not meanings. Immutable.
 *
 * @param way how
 * @param source index of the source's feature, -1 where there is none
 */
public record Adaptation(Way way, int source) {
    /** How a feature gets its value. */
    public enum Way {
        /** The same value, or one that follows from it without loss. */
        DIRECT,
        /** From a value with loss, or estimated from the others: half counts, confidence falls. */
        APPROXIMATE,
        /** Nothing is known: neutral, without confidence. */
        NEUTRAL
    }
}
