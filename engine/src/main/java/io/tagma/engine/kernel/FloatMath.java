package io.tagma.engine.kernel;

/**
 * Elementary functions of one float as fixed sequences of IEEE operations; stateless, any thread.
 *
 * <p>{@code Math.exp} may differ between JVMs and processors; these do not, because each step is an exactly specified
 * addition, multiplication, division or fused multiply-add. {@link VectorKernels} runs the same steps lane by lane.
 *
 * <p>Errors against the true value, found over all floats of the domain in steps and held by a test:
 * <ol>
 *   <li>{@link #exp}: at most 1 ulp,
 *   <li>{@link #log}: at most 1 ulp,
 *   <li>{@link #sigmoid}: at most 3 ulp, results below {@link Float#MIN_NORMAL} included.
 * </ol>
 *
 * <p>The polynomials are weighted minimax fits (Lawson's iteration) of this project over the reduced range; the range
 * reduction is Cody and Waite's, "Software Manual for the Elementary Functions", 1980.
 */
public final class FloatMath {
    /** Below this {@code exp} is zero in float, above {@link #EXP_MAX} it is infinite: a clamp keeps the exponent in range. */
    static final float EXP_MIN = -105f;

    static final float EXP_MAX = 89f;
    static final float LOG2_E = 0x1.715476p0f;
    /** Adding 1.5 * 2^23 rounds to the nearest integer and leaves that integer in the low bits. */
    static final float ROUND_MAGIC = 0x1.8p23f;

    static final int ROUND_MAGIC_BITS = 0x4b400000;
    /** The leading 15 bits of ln 2, so that a product with an exponent is exact; and the rest. */
    static final float LN2_HIGH = 0x1.62e4p-1f;

    static final float LN2_LOW = 1.4286068e-06f;

    /** exp(r) = 1 + r + r^2 P(r) for |r| up to ln 2 / 2. */
    static final float E0 = 0.5f;

    static final float E1 = 0.16666666f;
    static final float E2 = 0.041666295f;
    static final float E3 = 0.008333498f;
    static final float E4 = 0.0013944759f;
    static final float E5 = 0.00019790244f;

    /** log(1 + f) = f - f^2 / 2 + f^3 Q(f) for 1 + f from sqrt(1/2) to sqrt(2). */
    static final float L0 = 0.33333313f;

    static final float L1 = -0.2500001f;
    static final float L2 = 0.20002119f;
    static final float L3 = -0.16667996f;
    static final float L4 = 0.14219552f;
    static final float L5 = -0.124055885f;
    static final float L6 = 0.118881635f;
    static final float L7 = -0.11675657f;
    static final float L8 = 0.067466445f;

    static final float TWO_23 = 0x1p23f;
    static final int SQRT_HALF_BITS = 0x3f3504f3;
    static final int MANTISSA_BITS = 23;
    static final int EXPONENT_BIAS = 127;

    private FloatMath() {}

    /** Returns e to the power of {@code x}; 0 far below, infinity far above, NaN for NaN. */
    public static float exp(final float x) {
        final float clamped = Math.min(Math.max(x, EXP_MIN), EXP_MAX);
        final float rounded = Math.fma(clamped, LOG2_E, ROUND_MAGIC);
        final float n = rounded - ROUND_MAGIC;
        float r = Math.fma(n, -LN2_HIGH, clamped);
        r = Math.fma(n, -LN2_LOW, r);
        float p = Math.fma(E5, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r, E1);
        p = Math.fma(p, r, E0);
        final float y = Math.fma(p, r * r, r) + 1f;
        // In two halves, because 2^n alone would overflow or lose bits where the result is subnormal.
        final int power = Float.floatToRawIntBits(rounded) - ROUND_MAGIC_BITS;
        final int half = power >> 1;
        return y * powerOfTwo(half) * powerOfTwo(power - half);
    }

    /** Returns the natural logarithm; minus infinity for either zero, NaN below zero, subnormals included. */
    public static float log(final float x) {
        final boolean subnormal = x < Float.MIN_NORMAL;
        final int bits = Float.floatToRawIntBits(subnormal ? x * TWO_23 : x);
        final int exponent = (bits - SQRT_HALF_BITS) >> MANTISSA_BITS;
        final float f = Float.intBitsToFloat(bits - (exponent << MANTISSA_BITS)) - 1f;
        final float e = exponent - (subnormal ? TWO_23_LOG2 : 0f);
        float q = Math.fma(L8, f, L7);
        q = Math.fma(q, f, L6);
        q = Math.fma(q, f, L5);
        q = Math.fma(q, f, L4);
        q = Math.fma(q, f, L3);
        q = Math.fma(q, f, L2);
        q = Math.fma(q, f, L1);
        q = Math.fma(q, f, L0);
        final float square = f * f;
        float y = q * (square * f);
        y = Math.fma(e, LN2_LOW, y);
        y = Math.fma(-0.5f, square, y);
        final float finite = Math.fma(e, LN2_HIGH, f + y);
        if (x == 0f) {
            return Float.NEGATIVE_INFINITY;
        }
        if (!(x > 0f)) {
            return Float.NaN;
        }
        return x == Float.POSITIVE_INFINITY ? x : finite;
    }

    static final float TWO_23_LOG2 = 23f;

    /** Returns 1 / (1 + e^-x), without overflow on either side. */
    public static float sigmoid(final float x) {
        final float t = exp(-Math.abs(x));
        return (x >= 0f ? 1f : t) / (1f + t);
    }

    private static float powerOfTwo(final int exponent) {
        return Float.intBitsToFloat((exponent + EXPONENT_BIAS) << MANTISSA_BITS);
    }
}
