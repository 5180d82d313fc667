package io.tagma.engine.translate;

/** Estimates features of a target architecture from all of the source's. Immutable. */
public interface FeatureMap {
    /**
     * One target feature of a row.
     *
     * @param row in the source architecture
     * @param target index of the feature in the target architecture
     */
    float apply(float[] row, int target);
}
