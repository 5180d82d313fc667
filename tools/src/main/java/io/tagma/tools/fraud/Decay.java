package io.tagma.tools.fraud;

import io.tagma.engine.kernel.FloatMath;

/** What is left of a counter after some days, for the three memories of 1, 7 and 30 days. Static, any thread. */
final class Decay {
    private static final float DAYS_PER_NS = 1f / 86_400e9f;

    private Decay() {}

    /** Days from a row's time to now: 0 for a clock that went back, far more than any memory for a new row. */
    static float days(final long updatedNs, final long nowNs) {
        return Math.max((nowNs - updatedNs) * DAYS_PER_NS, 0f);
    }

    static float day(final float days) {
        return FloatMath.exp(-days);
    }

    static float week(final float days) {
        return FloatMath.exp(days * (-1f / 7));
    }

    static float month(final float days) {
        return FloatMath.exp(days * (-1f / 30));
    }
}
