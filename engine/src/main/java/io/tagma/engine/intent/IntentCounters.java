package io.tagma.engine.intent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a classifier met; written by its owning thread, readable from any, each number by itself.
 */
public final class IntentCounters {
    static final int CLASSIFIED = 0;
    static final int LEARNT = 1;
    static final int REHEARSED = 2;
    static final int REJECTED = 3;
    static final int TRUNCATED = 4;
    static final int MALFORMED = 5;
    static final int TABLE_FULL = 6;
    static final int FEATURES = 7;
    static final int ROWS = 8;
    private static final int COUNT = 9;
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[COUNT];

    IntentCounters() {}

    void add(final int counter, final long amount) {
        set(counter, values[counter] + amount);
    }

    void set(final int counter, final long value) {
        // Opaque: never torn, in time visible, and no dearer than a plain store for the one writer.
        ELEMENT.setOpaque(values, counter, value);
    }

    private long get(final int counter) {
        return (long) ELEMENT.getOpaque(values, counter);
    }

    /** Texts classified. */
    public long classified() {
        return get(CLASSIFIED);
    }

    /** Texts learnt as they arrived. */
    public long learnt() {
        return get(LEARNT);
    }

    /** Remembered texts learnt once more, because the stream repeated a label. */
    public long rehearsed() {
        return get(REHEARSED);
    }

    /** Texts not learnt, because their intent was out of range. */
    public long rejected() {
        return get(REJECTED);
    }

    /** Texts cut at the configured length. */
    public long truncated() {
        return get(TRUNCATED);
    }

    /** Texts with at least one malformed UTF-8 sequence. */
    public long malformed() {
        return get(MALFORMED);
    }

    /** Features met in learning and ignored, because the table was full. */
    public long ignoredFeatures() {
        return get(TABLE_FULL);
    }

    /** Distinct features known. */
    public long features() {
        return get(FEATURES);
    }

    /** Weight rows in use. */
    public long rows() {
        return get(ROWS);
    }
}
