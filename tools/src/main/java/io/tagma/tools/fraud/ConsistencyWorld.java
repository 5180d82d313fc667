package io.tagma.tools.fraud;

import io.tagma.engine.kernel.FloatMath;

/**
 * The Handbook's payments and a team that learns from them, then frozen; rows are kept in the scenario's own architecture and, beside it,
 * their counters with other memories. Owned by one thread.
 */
final class ConsistencyWorld {
    static final int CARDS = 5_000;
    static final int TERMINALS = 10_000;

    private static final int PENDING = 1 << 17;
    private static final int STRIDE = FraudFeatures.LENGTH + FraudTeam.SIZE;
    private static final float DAYS_PER_NS = 1f / 86_400e9f;
    private static final float REVIEW_AT = 0.2f;
    private static final float DECLINE_AT = 0.5f;

    private final FraudSimulator simulator;
    private final OutcomeSchedule schedule = new OutcomeSchedule(PENDING, OutcomeSchedule.WEEK_SECONDS);
    private final CardRule cardRule = new CardRule();
    private final TerminalRule terminalRule = new TerminalRule();
    private final FraudTeam team = new FraudTeam();
    private final float[] frames = new float[PENDING * STRIDE];
    private final float[] frame = new float[STRIDE];
    private final Outcome outcome = new Outcome();
    private final float[][] otherCards = new float[CARDS][6];
    private final float[][] otherTerminals = new float[TERMINALS][9];

    final ArrayRows cards = new ArrayRows(CARDS);
    final ArrayRows terminals = new ArrayRows(TERMINALS);
    final Transaction payment = new Transaction();

    ConsistencyWorld(final long seed) {
        simulator = FraudSimulator.handbook(seed);
    }

    /** Takes the next payment and the outcomes that are due before it; the payment does not count yet. */
    void next(final boolean learning) {
        simulator.next(payment);
        while (schedule.pollDue(payment.epochSecond, outcome)) {
            final int at = at(outcome.transactionId);
            if (learning) {
                team.learn(frames, at, frames, at + FraudFeatures.LENGTH, outcome.label());
            }
            final int id = (int) outcome.terminalId;
            final ArrayRows row = terminals.at(id);
            decay(otherTerminals[id], row.updatedNs(), outcome.dueNs());
            for (int i = 0; i < 3; i++) {
                otherTerminals[id][3 + i] += 1f;
                otherTerminals[id][6 + i] += outcome.label();
            }
            terminalRule.learn(row, outcome.dueNs(), outcome.paidNs(), frames, at, outcome.fraud);
            row.touched(outcome.dueNs());
        }
    }

    /** Lets the payment count in the rows. */
    void count() {
        final int at = at(payment.id);
        // the frame is kept for the outcome
        decide(cards.at((int) payment.customerId), terminals.at((int) payment.terminalId), frames, at);
        final long now = payment.epochNs();
        final int cardId = (int) payment.customerId;
        final ArrayRows card = cards.at(cardId);
        decay(otherCards[cardId], card.updatedNs(), now);
        for (int i = 0; i < 3; i++) {
            otherCards[cardId][i] += 1f;
            otherCards[cardId][3 + i] += (float) payment.amount;
        }
        cardRule.update(card, now, payment.terminalId, (float) payment.amount);
        card.touched(now);
        final int terminalId = (int) payment.terminalId;
        final ArrayRows terminal = terminals.at(terminalId);
        decay(otherTerminals[terminalId], terminal.updatedNs(), now);
        for (int i = 0; i < 3; i++) {
            otherTerminals[terminalId][i] += 1f;
        }
        terminalRule.update(terminal, now);
        terminal.touched(now);
        schedule.add(payment);
    }

    private static void decay(final float[] counters, final long fromNs, final long toNs) {
        final float days = Math.max(0f, (toNs - fromNs) * DAYS_PER_NS);
        for (int i = 0; i < counters.length; i++) {
            counters[i] *= FloatMath.exp(-days / RowTemplate.OTHER_DAYS[i % 3]);
        }
    }

    /** What the team does about the payment with these rows: 0 allow, 1 review, 2 decline. */
    int action(final FloatRow card, final FloatRow terminal) {
        return action(logOdds(card, terminal));
    }

    /** The team's log-odds of fraud for the payment with these rows. */
    float logOdds(final FloatRow card, final FloatRow terminal) {
        return decide(card, terminal, frame, 0);
    }

    /** What is done at log-odds: 0 allow, 1 review, 2 decline. */
    static int action(final float logOdds) {
        final float score = FloatMath.sigmoid(logOdds);
        return score >= DECLINE_AT ? 2 : score >= REVIEW_AT ? 1 : 0;
    }

    /** How far log-odds are from the nearer of the two thresholds. */
    static float fromThreshold(final float logOdds) {
        return Math.min(
                Math.abs(logOdds - FraudMath.logit(REVIEW_AT)), Math.abs(logOdds - FraudMath.logit(DECLINE_AT)));
    }

    private float decide(final FloatRow card, final FloatRow terminal, final float[] into, final int at) {
        cardRule.contribute(card, payment.epochNs(), payment.terminalId, (float) payment.amount, into, at);
        terminalRule.contribute(terminal, payment.epochNs(), into, at);
        return team.decide(into, at, into, at + FraudFeatures.LENGTH);
    }

    /** A subject's row in the scenario's own architecture. */
    float[] row(final boolean card, final int id) {
        final ArrayRows row = card ? cards.at(id) : terminals.at(id);
        final float[] floats = new float[(card ? CardRule.NAMES : TerminalRule.NAMES).size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = row.get(i);
        }
        return floats;
    }

    /** Its counters with the other memories. */
    float[] other(final boolean card, final int id) {
        return card ? otherCards[id] : otherTerminals[id];
    }

    /** When it was brought up to date. */
    long updatedNs(final boolean card, final int id) {
        return (card ? cards.at(id) : terminals.at(id)).updatedNs();
    }

    private static int at(final long id) {
        return (int) (id & (PENDING - 1)) * STRIDE;
    }
}
