package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FraudMathTest {
    @Test
    void expIsWithinItsStatedError() {
        double worst = 0;
        for (float x = -87f; x <= 88f; x += 1.1e-3f) {
            final double exact = Math.exp(x);
            worst = Math.max(worst, Math.abs(FraudMath.exp(x) - exact) / exact);
        }
        assertThat(worst).isLessThan(2e-7);
        assertThat(FraudMath.exp(0f)).isEqualTo(1f);
    }

    @Test
    void expIsBoundedAndPassesNanOn() {
        assertThat(FraudMath.exp(-1e9f)).isGreaterThan(0f);
        assertThat(FraudMath.exp(1e9f)).isFinite();
        assertThat(FraudMath.exp(Float.NaN)).isNaN();
    }

    @Test
    void logIsWithinItsStatedError() {
        double worst = 0;
        for (float x = 1e-30f; x < 1e30f; x *= 1.0007f) {
            final double exact = Math.log(x);
            worst = Math.max(worst, Math.abs(FraudMath.log(x) - exact) / Math.max(1, Math.abs(exact)));
        }
        assertThat(worst).isLessThan(2e-7);
        assertThat(FraudMath.log(1f)).isZero();
    }

    @Test
    void logitUndoesSigmoid() {
        for (float x = -12f; x < 5f; x += 0.01f) {
            assertThat(FraudMath.logit(FraudMath.sigmoid(x))).isCloseTo(x, within(2e-4f));
        }
    }
}
