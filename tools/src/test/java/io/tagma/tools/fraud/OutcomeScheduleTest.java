package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OutcomeScheduleTest {
    private final Transaction payment = new Transaction();
    private final Outcome outcome = new Outcome();

    @Test
    void outcomesFallDueAWeekLaterInTheOrderOfPayments() {
        final OutcomeSchedule schedule = new OutcomeSchedule(4, OutcomeSchedule.WEEK_SECONDS);
        pay(1, 100, true);
        assertThat(schedule.add(payment)).isTrue();
        pay(2, 101, false);
        assertThat(schedule.add(payment)).isTrue();
        assertThat(schedule.pollDue(604_899, outcome)).isFalse();
        assertThat(schedule.pollDue(604_900, outcome)).isTrue();
        assertThat(outcome.transactionId).isEqualTo(1);
        assertThat(outcome.customerId).isEqualTo(11);
        assertThat(outcome.terminalId).isEqualTo(21);
        assertThat(outcome.fraud).isTrue();
        assertThat(outcome.label()).isEqualTo(1f);
        assertThat(outcome.paidNs()).isEqualTo(100_000_000_000L);
        assertThat(outcome.dueNs()).isEqualTo(604_900_000_000_000L);
        assertThat(schedule.pollDue(604_900, outcome)).isFalse();
        assertThat(schedule.pollDue(Long.MAX_VALUE / 2, outcome)).isTrue();
        assertThat(outcome.fraud).isFalse();
        assertThat(outcome.label()).isZero();
        assertThat(schedule.pending()).isZero();
    }

    @Test
    void aFullScheduleRefusesAndCounts() {
        final OutcomeSchedule schedule = new OutcomeSchedule(2, 0);
        pay(1, 0, true);
        assertThat(schedule.add(payment)).isTrue();
        assertThat(schedule.add(payment)).isTrue();
        assertThat(schedule.add(payment)).isFalse();
        assertThat(schedule.refused()).isEqualTo(1);
        assertThat(schedule.pollDue(0, outcome)).isTrue();
        assertThat(outcome.fraud).as("the label of a payment at second 0").isTrue();
        assertThat(schedule.add(payment)).isTrue();
        assertThat(schedule.pending()).isEqualTo(2);
    }

    @Test
    void settingsThatCannotWorkAreNamed() {
        assertThatThrownBy(() -> new OutcomeSchedule(3, 1)).hasMessageContaining("power of two");
        assertThatThrownBy(() -> new OutcomeSchedule(0, 1)).hasMessageContaining("capacity");
        assertThatThrownBy(() -> new OutcomeSchedule(Integer.MIN_VALUE, 1)).hasMessageContaining("capacity");
        assertThatThrownBy(() -> new OutcomeSchedule(4, -1)).hasMessageContaining("delaySeconds");
    }

    private void pay(final long id, final long second, final boolean fraud) {
        payment.id = id;
        payment.customerId = 10 + id;
        payment.terminalId = 20 + id;
        payment.epochSecond = second;
        payment.fraud = fraud;
    }
}
