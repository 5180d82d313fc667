package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileRulesTest {
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final long SUNDAY_NS = FraudWorld.HANDBOOK_START * 1_000_000_000L;

    private final ArrayRows rows = new ArrayRows(3);
    private final CardRule cardRule = new CardRule();
    private final TerminalRule terminalRule = new TerminalRule();
    private final float[] frame = new float[FraudFeatures.LENGTH];

    @Test
    void aCardForgetsExponentiallyOverOneSevenAndThirtyDays() {
        pay(SUNDAY_NS, 9, 100f);
        cardRule.contribute(rows.at(1), SUNDAY_NS + 2 * DAY_NS, 9, 30f, frame, 0);
        assertThat(frame[FraudFeatures.CARD_COUNT]).isCloseTo((float) Math.exp(-2), within(1e-6f));
        assertThat(frame[FraudFeatures.CARD_COUNT + 1]).isCloseTo((float) Math.exp(-2 / 7.0), within(1e-6f));
        assertThat(frame[FraudFeatures.CARD_COUNT + 2]).isCloseTo((float) Math.exp(-2 / 30.0), within(1e-6f));
        assertThat(frame[FraudFeatures.CARD_MEAN + 2]).isBetween(80f, 100f);
        assertThat(frame[FraudFeatures.GAP_DAYS]).isCloseTo(2f, within(1e-5f));
        assertThat(frame[FraudFeatures.CARD_SEEN]).isEqualTo(1f);
        assertThat(frame[FraudFeatures.AMOUNT]).isEqualTo(30f);
    }

    @Test
    void contributingChangesNoRow() {
        pay(SUNDAY_NS, 9, 100f);
        final float[] before = copy(1);
        cardRule.contribute(rows.at(1), SUNDAY_NS + DAY_NS, 8, 500f, frame, 0);
        terminalRule.contribute(rows.at(1), SUNDAY_NS + DAY_NS, frame, 0);
        assertThat(copy(1)).isEqualTo(before);
    }

    @Test
    void theCalendarIsThatOfTheEpoch() {
        contributeAt(SUNDAY_NS);
        assertThat(frame[FraudFeatures.WEEKEND]).isEqualTo(1f);
        assertThat(frame[FraudFeatures.NIGHT]).isEqualTo(1f);
        contributeAt(SUNDAY_NS + DAY_NS - 1);
        assertThat(frame[FraudFeatures.WEEKEND]).isEqualTo(1f);
        assertThat(frame[FraudFeatures.NIGHT]).isZero();
        contributeAt(SUNDAY_NS + DAY_NS + 7 * 3_600_000_000_000L);
        assertThat(frame[FraudFeatures.WEEKEND]).isZero();
        assertThat(frame[FraudFeatures.NIGHT]).isZero();
    }

    private void contributeAt(final long nowNs) {
        cardRule.contribute(rows.at(0), nowNs, 1, 1f, frame, 0);
    }

    @Test
    void aThiefDoesNotTeachTheCardWhatIsTypical() {
        for (int i = 0; i < 30; i++) {
            pay(SUNDAY_NS + i * DAY_NS, i, 40f);
        }
        final long nowNs = SUNDAY_NS + 30 * DAY_NS;
        cardRule.contribute(rows.at(1), nowNs, 1, 200f, frame, 0);
        final float ratio = frame[FraudFeatures.AMOUNT_RATIO];
        assertThat(ratio).isBetween(4f, 6f);
        pay(nowNs, 1, 1_000_000f);
        cardRule.contribute(rows.at(1), nowNs, 1, 200f, frame, 0);
        assertThat(frame[FraudFeatures.AMOUNT_RATIO]).isBetween(ratio * 0.9f, ratio);
        assertThat(frame[FraudFeatures.LARGE_PAYMENTS]).isGreaterThan(0.99f);
    }

    @Test
    void aTerminalIsNewUntilItWasVisited() {
        cardRule.contribute(rows.at(1), SUNDAY_NS, 77, 10f, frame, 0);
        assertThat(frame[FraudFeatures.NEW_TERMINAL]).isEqualTo(1f);
        for (int terminal = 0; terminal < 2_000; terminal++) {
            pay(SUNDAY_NS, terminal, 10f);
            cardRule.contribute(rows.at(1), SUNDAY_NS, terminal, 10f, frame, 0);
            assertThat(frame[FraudFeatures.NEW_TERMINAL]).isZero();
        }
    }

    @Test
    void riskIsTheFractionOfFraudAmongOutcomes() {
        final ArrayRows row = rows.at(2);
        for (int i = 0; i < 20; i++) {
            terminalRule.update(row, SUNDAY_NS);
            row.touched(SUNDAY_NS);
        }
        final long dueNs = SUNDAY_NS + 7 * DAY_NS;
        for (int i = 0; i < 20; i++) {
            terminalRule.learn(row, dueNs, SUNDAY_NS, frame, 0, i % 4 == 0);
            row.touched(dueNs);
        }
        terminalRule.contribute(row, dueNs, frame, 0);
        assertThat(frame[FraudFeatures.TERMINAL_RISK]).isCloseTo(5f / 20.5f, within(1e-6f));
        assertThat(frame[FraudFeatures.TERMINAL_RISK + 2]).isCloseTo(5f / 20.5f, within(1e-6f));
        assertThat(frame[FraudFeatures.TERMINAL_COUNT]).isCloseTo(20 * (float) Math.exp(-7), within(1e-6f));
    }

    @Test
    void aRunOfUnexplainedFraudsAgesAndEndsWithAnHonestOutcome() {
        final long dueNs = SUNDAY_NS + 7 * DAY_NS;
        frame[FraudFeatures.AMOUNT_RATIO] = 5f;
        learn(dueNs, SUNDAY_NS, true);
        assertRun(dueNs, 0f, 0f, 0f);
        frame[FraudFeatures.AMOUNT_RATIO] = 1f;
        learn(dueNs, SUNDAY_NS, true);
        assertRun(dueNs, 1f, 7f, 7f);
        learn(dueNs + DAY_NS, SUNDAY_NS + DAY_NS, true);
        assertRun(dueNs + 3 * DAY_NS, 2f, 10f, 9f);
        assertRun(dueNs + 999 * DAY_NS, 2f, FraudFeatures.MAX_RUN_DAYS, FraudFeatures.MAX_RUN_DAYS);
        learn(dueNs + 3 * DAY_NS, SUNDAY_NS + 3 * DAY_NS, false);
        assertRun(dueNs + 4 * DAY_NS, 0f, 0f, 0f);
    }

    private void learn(final long dueNs, final long paidNs, final boolean fraud) {
        terminalRule.learn(rows.at(2), dueNs, paidNs, frame, 0, fraud);
        rows.touched(dueNs);
    }

    private void assertRun(final long nowNs, final float run, final float days, final float idleDays) {
        final float[] seen = new float[FraudFeatures.LENGTH];
        terminalRule.contribute(rows.at(2), nowNs, seen, 0);
        assertThat(seen[FraudFeatures.FRAUD_RUN]).isEqualTo(run);
        assertThat(seen[FraudFeatures.RUN_DAYS]).isCloseTo(days, within(1e-4f));
        assertThat(seen[FraudFeatures.RUN_IDLE_DAYS]).isCloseTo(idleDays, within(1e-4f));
    }

    @ParameterizedTest
    @ValueSource(floats = {0f, 0.01f, 1e12f})
    void everyFeatureStaysFinite(final float amount) {
        for (int i = 0; i < 2_000; i++) {
            final long nowNs = SUNDAY_NS + (long) i * (i % 3) * 1_000_000L;
            cardRule.contribute(rows.at(1), nowNs, i, amount, frame, 0);
            terminalRule.contribute(rows.at(2), nowNs, frame, 0);
            pay(nowNs, i, amount);
            learn(nowNs, nowNs, true);
            assertThat(frame).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY);
        }
        for (final Speciality speciality : Speciality.values()) {
            final float[] inputs = new float[Speciality.MOST_INPUTS];
            speciality.derive(frame, 0, inputs);
            assertThat(inputs).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
            assertThat(speciality.inputs()).hasSizeLessThanOrEqualTo(Speciality.MOST_INPUTS);
        }
    }

    @Test
    void theCardsPartOfTheFrameIsTheFirstAndTheTerminalsTheRest() {
        Arrays.fill(frame, -1f);
        cardRule.contribute(rows.at(1), SUNDAY_NS, 1, 10f, frame, 0);
        for (int i = 0; i < FraudFeatures.LENGTH; i++) {
            assertThat(frame[i] == -1f).as(FraudFeatures.NAMES.get(i)).isEqualTo(i >= FraudFeatures.CARD_LENGTH);
        }
        terminalRule.contribute(rows.at(2), SUNDAY_NS, frame, 0);
        assertThat(frame).doesNotContain(-1f);
        assertThat(FraudFeatures.NAMES).hasSize(FraudFeatures.LENGTH);
        assertThat(FraudFeatures.BASE_NAMES).startsWith("amount").hasSize(FraudFeatures.BASE_LENGTH);
    }

    private void pay(final long nowNs, final long terminal, final float amount) {
        cardRule.update(rows.at(1), nowNs, terminal, amount);
        rows.touched(nowNs);
    }

    private float[] copy(final int subject) {
        final float[] values = new float[FraudFeatures.ROW_LENGTH];
        rows.at(subject);
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.get(i);
        }
        return values;
    }
}
