package io.tagma.tools.fraud;

/**
 * A subject's profile row as the rules see it: {@value FraudFeatures#ROW_LENGTH} floats, zero when new, and the time
 * they were brought up to. Owned by the subject's thread.
 *
 * <p>Each harness has one implementation, so that calls stay monomorphic: a flyweight over off-heap memory in the
 * engine, a slice of an array in {@link ArrayRows}.
 */
public interface FloatRow {
    /** Returns float {@code i}, 0 to {@value FraudFeatures#ROW_LENGTH} - 1. */
    float get(int i);

    /** Overwrites float {@code i}. */
    void set(int i, float value);

    /** Returns the time of the last update in ns since the epoch; 0 for a row that was never updated. */
    long updatedNs();
}
