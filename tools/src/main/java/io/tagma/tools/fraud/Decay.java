package io.tagma.tools.fraud;

import io.tagma.engine.kernel.FloatMath;

/**
 * What is left of a counter after some days, for the three memories of 1, 7 and 30 days. Owned by one thread.
 *
 * <p>A rule reads a row and then updates it at the same time: the second asks for what the first has computed, so the last
 * answer is kept. Three exponentials are a fifth of a decision's arithmetic.
 */
final class Decay {
    private static final float DAYS_PER_NS = 1f / 86_400e9f;

    private final float pace;
    private long fromNs;
    private long toNs;
    private float days;
    private float day = 1f;
    private float week = 1f;
    private float month = 1f;

    /** Memories of 1, 7 and 30 days. */
    Decay() {
        this(1f);
    }

    /** Memories that are so many times as long. */
    Decay(final float stretch) {
        pace = 1f / stretch; // at 1 the products below keep every bit
    }

    /** Days from one time to another: 0 for a clock that went back. */
    static float days(final long fromNs, final long toNs) {
        return Math.max((toNs - fromNs) * DAYS_PER_NS, 0f);
    }

    /** From a row's time, far before any memory for a new row, to now. */
    Decay between(final long updatedNs, final long nowNs) {
        if (updatedNs != fromNs || nowNs != toNs) {
            fromNs = updatedNs;
            toNs = nowNs;
            days = days(updatedNs, nowNs);
            final float paced = days * pace;
            day = FloatMath.exp(-paced);
            week = FloatMath.exp(paced * (-1f / 7));
            month = FloatMath.exp(paced * (-1f / 30));
        }
        return this;
    }

    float days() {
        return days;
    }

    float day() {
        return day;
    }

    float week() {
        return week;
    }

    float month() {
        return month;
    }
}
