package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The whole scenario in a plain loop, shortened to 60 days, about 570,000 payments. */
class FraudQualityTest {
    private static final int DAYS = 60;
    private static final int WARM_UP_DAYS =
            14; // nothing is learnt in the first week: the whole run forgives that, 60 days do not
    private static final int PENDING = 1 << 17;
    private static final int BALLOTS = FraudFeatures.LENGTH;
    private static final int STRIDE = FraudFeatures.LENGTH + FraudTeam.SIZE;

    private final FraudSimulator simulator = FraudSimulator.handbook(42);
    private final OutcomeSchedule schedule = new OutcomeSchedule(PENDING, OutcomeSchedule.WEEK_SECONDS);
    private final ArrayRows cards = new ArrayRows(5_000);
    private final CardRule cardRule = new CardRule();
    private final TerminalRule terminalRule = new TerminalRule();
    private final ArrayRows terminals = new ArrayRows(10_000);
    private final OnlineLogistic single = new OnlineLogistic(FraudFeatures.BASE_NAMES);
    private final FraudTeam team = new FraudTeam();
    private final float[] frames = new float[PENDING * STRIDE];
    private final RankingQuality singleQuality = new RankingQuality();
    private final RankingQuality teamQuality = new RankingQuality();
    private final Transaction payment = new Transaction();
    private final Outcome outcome = new Outcome();

    @Test
    void bothRankWellAndTheTeamClearlyBetterWithoutAllocating() {
        runUntilDay(WARM_UP_DAYS);
        singleQuality.clear();
        teamQuality.clear();
        final long bytes = Allocation.bytesOf(() -> runUntilDay(DAYS));
        assertThat(bytes).isZero();
        assertThat(schedule.refused()).isZero();
        assertThat(singleQuality.rocAuc()).isGreaterThan(0.84);
        assertThat(singleQuality.averagePrecision()).isGreaterThan(0.43);
        assertThat(teamQuality.rocAuc()).isGreaterThan(0.88);
        assertThat(teamQuality.averagePrecision()).isGreaterThan(0.70);
        assertThat(teamQuality.rocAuc()).isGreaterThan(singleQuality.rocAuc() + 0.01);
        assertThat(teamQuality.averagePrecision()).isGreaterThan(singleQuality.averagePrecision() + 0.12);
        for (int i = 0; i < FraudTeam.SIZE; i++) {
            assertThat(team.reputation(i)).as(team.specialist(i).name()).isBetween(0.5f, 1f);
        }
    }

    private void runUntilDay(final int day) {
        while (simulator.day() < day) {
            simulator.next(payment);
            step();
        }
    }

    private void step() {
        while (schedule.pollDue(payment.epochSecond, outcome)) {
            final int at = at(outcome.transactionId);
            single.learn(frames, at + FraudFeatures.BASE, outcome.label());
            team.learn(frames, at, frames, at + BALLOTS, outcome.label());
            final ArrayRows row = terminals.at((int) outcome.terminalId);
            terminalRule.learn(row, outcome.dueNs(), outcome.paidNs(), frames, at, outcome.fraud);
            row.touched(outcome.dueNs());
        }
        final int at = at(payment.id);
        final long nowNs = payment.epochNs();
        final float amount = (float) payment.amount;
        final ArrayRows card = cards.at((int) payment.customerId);
        cardRule.contribute(card, nowNs, payment.terminalId, amount, frames, at);
        cardRule.update(card, nowNs, payment.terminalId, amount);
        card.touched(nowNs);
        final ArrayRows terminal = terminals.at((int) payment.terminalId);
        terminalRule.contribute(terminal, nowNs, frames, at);
        terminalRule.update(terminal, nowNs);
        terminal.touched(nowNs);
        singleQuality.add(single.score(frames, at + FraudFeatures.BASE), payment.fraud);
        teamQuality.add(team.decide(frames, at, frames, at + BALLOTS), payment.fraud);
        schedule.add(payment);
    }

    private static int at(final long id) {
        return (int) (id & (PENDING - 1)) * STRIDE;
    }
}
