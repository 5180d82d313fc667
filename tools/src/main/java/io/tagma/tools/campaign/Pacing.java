package io.tagma.tools.campaign;

/**
 * The pacing that all campaigns share: the part of its budget that a campaign may have spent by now is the elapsed part of the flight times the
 * pacing. 1 spends evenly, more spends early. Moved by vote in steps. Stateless.
 */
final class Pacing {
    /** The pacing at the start. */
    static final float FIRST = 1f;

    /** Of one vote. */
    static final float STEP = 0.05f;

    private static final float LEAST = 0.5f;
    private static final float MOST = 2f;
    private static final float RELEASED_AT_ONCE = 2e-5f;

    private Pacing() {}

    /** The pacing after a step that carried; stays within 0.5 to 2. */
    static float moved(final float pacing, final float step) {
        return Math.clamp(pacing + step, LEAST, MOST);
    }

    /** The step that the n-th vote is about: up and down in turn. */
    static float proposed(final long vote) {
        return vote % 2 == 0 ? STEP : -STEP;
    }

    /** The released share of every budget, 0 to 1. */
    static float released(final float pacing, final float elapsed) {
        return Math.min(1f, RELEASED_AT_ONCE + pacing * elapsed);
    }

    /** What a budget has released, in micro-credits. */
    static long releasedMicros(final long budgetMicros, final float released) {
        return (long) (budgetMicros * (double) released);
    }
}
