package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.kernel.FloatMath;
import org.junit.jupiter.api.Test;

class FraudMathTest {
    @Test
    void logitUndoesSigmoid() {
        for (float x = -12f; x <= 8f; x += 0.01f) {
            assertThat(FraudMath.logit(FloatMath.sigmoid(x))).isCloseTo(x, within(2e-3f));
        }
    }

    @Test
    void certaintyHasFiniteLogOdds() {
        assertThat(FraudMath.logit(0f)).isBetween(-17f, -15f);
        assertThat(FraudMath.logit(1f)).isBetween(15f, 17f);
    }
}
