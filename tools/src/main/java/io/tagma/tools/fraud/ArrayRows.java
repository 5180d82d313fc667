package io.tagma.tools.fraud;

/**
 * Profile rows of subjects 0 to n - 1 in two plain arrays, seen through one movable window. Owned by one thread.
 *
 * <p>For peers and tests; {@code rows.at(card)} then is the row of that card until the next call.
 */
public final class ArrayRows implements FloatRow {
    private final float[] values;
    private final long[] updatedNs;
    private int base;
    private int subject;

    /** Creates zero rows for {@code subjects} subjects. */
    public ArrayRows(final int subjects) {
        values = new float[Math.multiplyExact(subjects, FraudFeatures.ROW_LENGTH)];
        updatedNs = new long[subjects];
    }

    /** Moves the window to a subject's row. */
    public ArrayRows at(final int newSubject) {
        subject = newSubject;
        base = newSubject * FraudFeatures.ROW_LENGTH;
        return this;
    }

    @Override
    public float get(final int i) {
        return values[base + i];
    }

    @Override
    public void set(final int i, final float value) {
        values[base + i] = value;
    }

    @Override
    public long updatedNs() {
        return updatedNs[subject];
    }

    /** Notes the time that the row now stands at: call after each rule that changed it. */
    public void touched(final long nowNs) {
        updatedNs[subject] = nowNs;
    }
}
