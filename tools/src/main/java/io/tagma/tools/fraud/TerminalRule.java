package io.tagma.tools.fraud;

import io.tagma.engine.profile.BehaviourVariable;
import java.util.List;

/**
 * What a terminal's row remembers and what it says of a payment. Owned by the thread that owns the row.
 *
 * <pre>
 *     0         3           6          9     10     11      12                 16
 *    +---------+-----------+----------+-----+------+-------+------------------+
 *    | counts  | outcomes  | frauds   | run | days | idle  |     spare        |
 *    | 1,7,30d | 1,7,30 d  | 1,7,30 d |     |      | days  |                  |
 *    +---------+-----------+----------+-----+------+-------+------------------+
 * </pre>
 *
 * <p>Outcomes arrive a week late, so the risk is that of the payments up to a week ago. The <em>run</em> is the
 * frauds since the last honest payment that no large amount explains away: a compromised terminal is one where
 * everything is fraud, and an honest outcome ends the suspicion at once.
 */
public final class TerminalRule {
    /** A name for each float of the row. */
    public static final List<String> NAMES = List.of(
            "count (1 d)",
            "count (7 d)",
            "count (30 d)",
            "outcomes (1 d)",
            "outcomes (7 d)",
            "outcomes (30 d)",
            "frauds (1 d)",
            "frauds (7 d)",
            "frauds (30 d)",
            "fraud run",
            "days of the run",
            "days since the run's last");

    private static final int COUNT = 0;
    private static final int OUTCOMES = 3;
    private static final int FRAUDS = 6;
    private static final int RUN = 9;
    private static final int RUN_DAYS = 10;
    private static final int RUN_IDLE_DAYS = 11;
    /** What a terminal's row says of its behaviour, from neutral to where a specialist tells no more. */
    static final List<BehaviourVariable> BEHAVIOURS = List.of(
            new BehaviourVariable(NAMES.get(FRAUDS), FRAUDS, 0f, 10f),
            new BehaviourVariable(NAMES.get(FRAUDS + 1), FRAUDS + 1, 0f, 10f),
            new BehaviourVariable(NAMES.get(FRAUDS + 2), FRAUDS + 2, 0f, 10f),
            new BehaviourVariable(NAMES.get(RUN), RUN, 0f, 4f));

    private static final float RISK_PRIOR_WEIGHT = 0.5f;

    private final Decay decay;

    /** Memories of 1, 7 and 30 days. */
    public TerminalRule() {
        this(1f);
    }

    /** Memories that are so many times as long. */
    TerminalRule(final float stretch) {
        decay = new Decay(stretch);
    }

    /**
     * Writes the terminal's features of a payment behind the card's; {@code offset} is where the frame begins.
     *
     * @param row the terminal's row, not changed
     * @param nowNs time of the payment, ns since the epoch
     */
    public void contribute(final FloatRow row, final long nowNs, final float[] frame, final int offset) {
        final Decay left = decay.between(row.updatedNs(), nowNs);
        final float days = left.days();
        risk(row, 0, left.day(), frame, offset);
        risk(row, 1, left.week(), frame, offset);
        risk(row, 2, left.month(), frame, offset);
        final float run = row.get(RUN);
        frame[offset + FraudFeatures.FRAUD_RUN] = run;
        frame[offset + FraudFeatures.RUN_DAYS] = run > 0f ? age(row.get(RUN_DAYS), days) : 0f;
        frame[offset + FraudFeatures.RUN_IDLE_DAYS] = run > 0f ? age(row.get(RUN_IDLE_DAYS), days) : 0f;
    }

    /** Brings the terminal's row up to {@code nowNs} and adds a payment to it. */
    public void update(final FloatRow row, final long nowNs) {
        decay(row, nowNs, 1f, 0f, 0f);
    }

    /**
     * Brings the terminal's row up to {@code nowNs} and adds the outcome of an earlier payment to it.
     *
     * @param row the terminal's row
     * @param nowNs when the outcome arrives, ns since the epoch
     * @param paidNs when the payment was made, &lt;= nowNs
     * @param frame the features at the decision, from {@code offset}
     * @param fraud what it turned out to be
     */
    public void learn(
            final FloatRow row,
            final long nowNs,
            final long paidNs,
            final float[] frame,
            final int offset,
            final boolean fraud) {
        decay(row, nowNs, 0f, 1f, fraud ? 1f : 0f);
        if (!fraud) {
            row.set(RUN, 0f);
            row.set(RUN_DAYS, 0f);
            row.set(RUN_IDLE_DAYS, 0f);
        } else if (frame[offset + FraudFeatures.AMOUNT_RATIO] < CardRule.LARGE_RATIO) {
            final float sinceDays = Decay.days(paidNs, nowNs);
            final float run = row.get(RUN);
            row.set(RUN, Math.min(run + 1f, FraudFeatures.MAX_RUN));
            row.set(RUN_DAYS, run > 0f ? row.get(RUN_DAYS) : sinceDays);
            row.set(RUN_IDLE_DAYS, sinceDays);
        }
    }

    private static void risk(final FloatRow row, final int i, final float left, final float[] frame, final int offset) {
        frame[offset + FraudFeatures.TERMINAL_COUNT + i] = row.get(COUNT + i) * left;
        frame[offset + FraudFeatures.TERMINAL_RISK + i] =
                row.get(FRAUDS + i) * left / Math.fma(row.get(OUTCOMES + i), left, RISK_PRIOR_WEIGHT);
    }

    private void decay(
            final FloatRow row, final long nowNs, final float payments, final float outcomes, final float frauds) {
        final Decay left = decay.between(row.updatedNs(), nowNs);
        final float days = left.days();
        add(row, 0, left.day(), payments, outcomes, frauds);
        add(row, 1, left.week(), payments, outcomes, frauds);
        add(row, 2, left.month(), payments, outcomes, frauds);
        if (row.get(RUN) > 0f) {
            row.set(RUN_DAYS, age(row.get(RUN_DAYS), days));
            row.set(RUN_IDLE_DAYS, age(row.get(RUN_IDLE_DAYS), days));
        }
    }

    private static void add(
            final FloatRow row,
            final int i,
            final float left,
            final float payment,
            final float outcome,
            final float fraud) {
        row.set(COUNT + i, Math.fma(row.get(COUNT + i), left, payment));
        row.set(OUTCOMES + i, Math.fma(row.get(OUTCOMES + i), left, outcome));
        row.set(FRAUDS + i, Math.fma(row.get(FRAUDS + i), left, fraud));
    }

    private static float age(final float atUpdate, final float days) {
        return Math.min(atUpdate + days, FraudFeatures.MAX_RUN_DAYS);
    }
}
