package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The stated errors, over every 997th float of the whole range, and the special values. */
class FloatMathTest {
    private static final int STEP = 997;

    @FunctionalInterface
    private interface Function {
        float of(float x);
    }

    @Test
    void expIsWithinOneUlp() {
        assertThat(worst(FloatMath::exp, Math::exp)).isLessThanOrEqualTo(1.0);
    }

    @Test
    void logIsWithinOneUlp() {
        assertThat(worst(FloatMath::log, Math::log)).isLessThanOrEqualTo(1.0);
    }

    @Test
    void sigmoidIsWithinThreeUlp() {
        assertThat(worst(FloatMath::sigmoid, FloatMathTest::sigmoid)).isLessThanOrEqualTo(3.0);
    }

    private static double sigmoid(final double x) {
        final double t = Math.exp(-Math.abs(x));
        return (x >= 0 ? 1 : t) / (1 + t);
    }

    /** Largest distance from the true value in units of the last place of the float nearest to it. */
    private static double worst(final Function approximate, final DoubleUnaryOperator exact) {
        double worst = 0;
        for (long bits = 0; bits < 1L << 32; bits += STEP) {
            final float x = Float.intBitsToFloat((int) bits);
            final float y = approximate.of(x);
            final double truth = exact.applyAsDouble(x);
            final float nearest = (float) truth;
            if (Float.isNaN(nearest) || Float.isInfinite(nearest) || nearest == 0f) {
                assertThat(Float.compare(y, nearest) == 0
                                || Math.abs(y - truth) <= Float.MIN_VALUE
                                || overflows(y, nearest))
                        .as("%s at %s", y, x)
                        .isTrue();
            } else {
                worst = Math.max(worst, Math.abs(y - truth) / Math.ulp(nearest));
            }
        }
        return worst;
    }

    private static boolean overflows(final float y, final float nearest) {
        return nearest == Float.POSITIVE_INFINITY && y == Float.MAX_VALUE;
    }

    @Test
    void specialValues() {
        assertThat(FloatMath.exp(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(FloatMath.exp(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FloatMath.exp(Float.NaN)).isNaN();
        assertThat(FloatMath.exp(0f)).isEqualTo(1f);
        assertThat(FloatMath.log(0f)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(FloatMath.log(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(FloatMath.log(-1f)).isNaN();
        assertThat(FloatMath.log(Float.NaN)).isNaN();
        assertThat(FloatMath.log(1f)).isZero();
        assertThat(FloatMath.log(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FloatMath.log(Float.MIN_VALUE)).isEqualTo((float) Math.log(Float.MIN_VALUE));
        assertThat(FloatMath.sigmoid(0f)).isEqualTo(0.5f);
        assertThat(FloatMath.sigmoid(Float.POSITIVE_INFINITY)).isEqualTo(1f);
        assertThat(FloatMath.sigmoid(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(FloatMath.sigmoid(Float.NaN)).isNaN();
    }
}
