package io.tagma.tools.fraud;

/**
 * The scalar functions of the scenario in float, the same to the last bit on every machine. Static, any thread.
 *
 * <p>Range reduction and polynomials after Moshier's Cephes ({@code expf}, {@code logf}), evaluated by Horner's rule
 * with fused multiply-adds in a fixed order. No platform's {@code Math.exp} shows in a result.
 */
public final class FraudMath {
    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0.6933594f;
    private static final float LN2_LOW = -2.1219444e-4f;
    private static final float ROUNDER = 12_582_912f; // 1.5 * 2^23: adding and subtracting it rounds to an integer
    private static final float EXP_MIN = -87.0f;
    private static final float EXP_MAX = 88.0f;
    private static final float SQRT_HALF = 0.70710677f;

    private FraudMath() {}

    /**
     * e<sup>x</sup>, relative error below 2e-7. Arguments are clamped to [-87, 88], so that the result is neither
     * zero, subnormal nor infinite; NaN gives NaN.
     */
    public static float exp(final float x) {
        final float c = Math.min(Math.max(x, EXP_MIN), EXP_MAX);
        final float k = Math.fma(c, LOG2_E, ROUNDER) - ROUNDER;
        float r = Math.fma(k, -LN2_HIGH, c);
        r = Math.fma(k, -LN2_LOW, r);
        float p = 1.9875691e-4f;
        p = Math.fma(p, r, 0.0013981999f);
        p = Math.fma(p, r, 0.008333452f);
        p = Math.fma(p, r, 0.041665796f);
        p = Math.fma(p, r, 0.16666666f);
        p = Math.fma(p, r, 0.5f);
        p = Math.fma(p, r * r, r) + 1f;
        return p * Float.intBitsToFloat(((int) k + 127) << 23);
    }

    /** Natural logarithm of a positive normal number, absolute error below 2e-7 near 1, relative beyond. */
    public static float log(final float x) {
        final int bits = Float.floatToRawIntBits(x);
        float exponent = (bits >>> 23) - 126;
        float m = Float.intBitsToFloat((bits & 0x007F_FFFF) | 0x3F00_0000); // [0.5, 1)
        if (m < SQRT_HALF) {
            exponent -= 1f;
            m += m;
        }
        m -= 1f;
        final float z = m * m;
        float p = 0.070376836f;
        p = Math.fma(p, m, -0.1151461f);
        p = Math.fma(p, m, 0.116769984f);
        p = Math.fma(p, m, -0.12420141f);
        p = Math.fma(p, m, 0.14249323f);
        p = Math.fma(p, m, -0.16668057f);
        p = Math.fma(p, m, 0.20000714f);
        p = Math.fma(p, m, -0.24999994f);
        p = Math.fma(p, m, 0.3333333f);
        float y = p * m * z;
        y = Math.fma(exponent, LN2_LOW, y);
        y = Math.fma(z, -0.5f, y);
        return Math.fma(exponent, LN2_HIGH, m + y);
    }

    /** 1 / (1 + e<sup>-x</sup>): the probability of log-odds {@code x}. Strictly between 0 and 1 for x in [-87, 16]. */
    public static float sigmoid(final float x) {
        return 1f / (1f + exp(-x));
    }

    /** log(p / (1 - p)): the log-odds of a probability strictly between 0 and 1. */
    public static float logit(final float p) {
        return log(p / (1f - p));
    }
}
