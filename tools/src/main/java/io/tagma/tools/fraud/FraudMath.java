package io.tagma.tools.fraud;

import io.tagma.engine.kernel.FloatMath;

/** What the scenario needs of arithmetic beyond {@link FloatMath}. Static, any thread. */
public final class FraudMath {
    private static final float SMALLEST = 1e-7f;

    private FraudMath() {}

    /** log(p / (1 - p)): the log-odds of a probability; 0 and 1 give those of the nearest probability that has any. */
    public static float logit(final float p) {
        final float inside = Math.min(Math.max(p, SMALLEST), 1f - SMALLEST);
        return FloatMath.log(inside / (1f - inside));
    }
}
