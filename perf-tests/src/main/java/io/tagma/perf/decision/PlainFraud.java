package io.tagma.perf.decision;

import io.tagma.engine.intent.IntentSpec;
import io.tagma.tools.fraud.ArrayRows;
import io.tagma.tools.fraud.CardRule;
import io.tagma.tools.fraud.FraudFeatures;
import io.tagma.tools.fraud.OnlineLogistic;
import io.tagma.tools.fraud.TerminalRule;
import org.agrona.collections.Long2LongHashMap;

/**
 * The job in plain Java: rows in primitive arrays, an open-addressed index, features kept in a ring until their outcome comes. Owned by one thread,
 * allocates nothing once every subject has been seen.
 */
final class PlainFraud {
    static final float REVIEW_AT = 0.2f;
    static final float DECLINE_AT = 0.5f;

    private static final int MAX_ROWS = 1 << 15;
    private static final int MAX_PENDING = 1 << 17; // a week is about 67,000 payments
    private static final long NO_ROW = -1;

    private final OnlineLogistic model = new OnlineLogistic(FraudFeatures.BASE_NAMES);
    private final CardRule cardRule = new CardRule();
    private final TerminalRule terminalRule = new TerminalRule();
    private final ArrayRows window = new ArrayRows(MAX_ROWS);
    private final Long2LongHashMap rowOf = new Long2LongHashMap(NO_ROW);
    private final float[] pending = new float[MAX_PENDING * FraudFeatures.LENGTH];

    /**
     * Decides; returns the log-odds of fraud.
     *
     * @param i number of the payment, counting up
     * @param card as a subject
     * @param terminal as a subject
     */
    float decide(final int i, final long nowNs, final long card, final long terminal, final float amount) {
        final int frame = frame(i);
        final ArrayRows rows = row(card);
        cardRule.contribute(rows, nowNs, terminal, amount, pending, frame);
        cardRule.update(rows, nowNs, terminal, amount);
        rows.touched(nowNs);
        row(terminal);
        terminalRule.contribute(rows, nowNs, pending, frame);
        final float logOdds = model.score(pending, frame + FraudFeatures.BASE);
        terminalRule.update(rows, nowNs);
        rows.touched(nowNs);
        return logOdds;
    }

    /** Learns at {@code dueNs} how payment {@code i}, a week before, turned out. */
    void learn(final int i, final long dueNs, final long terminal, final boolean fraud) {
        final int frame = frame(i);
        model.learn(pending, frame + FraudFeatures.BASE, fraud ? 1f : 0f);
        final ArrayRows rows = row(terminal);
        terminalRule.learn(rows, dueNs, dueNs - Payments.OUTCOME_DELAY_NS, pending, frame, fraud);
        rows.touched(dueNs);
    }

    /** What to do at this probability. */
    static int action(final float probability) {
        if (probability >= DECLINE_AT) {
            return IntentSpec.REFUSE;
        }
        return probability >= REVIEW_AT ? IntentSpec.REVIEW : IntentSpec.ALLOW;
    }

    private static int frame(final int i) {
        return (i & MAX_PENDING - 1) * FraudFeatures.LENGTH;
    }

    private ArrayRows row(final long subject) {
        long row = rowOf.get(subject);
        if (row == NO_ROW) {
            row = rowOf.size();
            rowOf.put(subject, row);
        }
        return window.at((int) row);
    }
}
