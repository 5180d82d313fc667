package io.tagma.engine.translate;

/**
 * A profile in the target architecture. The arrays are the caller's.
 *
 * @param values by target feature
 * @param confidence by target feature, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // a pair of rows, handed over
public record TranslatedProfile(float[] values, float[] confidence) {}
