package io.tagma.tools.fraud;

import io.tagma.engine.profile.BehaviourVariable;
import java.util.List;

/**
 * What a card's row remembers and what it says of a payment. Owned by the thread that owns the row.
 *
 * <pre>
 *     0         3          6         7       8       9        10                14       16
 *    +---------+----------+---------+-------+-------+--------+-----------------+--------+
 *    | counts  | amounts  | typical | large | seen  | largest| terminals seen  | spare  |
 *    | 1,7,30d | 1,7,30 d |  30 d   |  7 d  |       |        | 4 x 16 bits     |        |
 *    +---------+----------+---------+-------+-------+--------+-----------------+--------+
 * </pre>
 *
 * <p>Counters decay exponentially instead of being kept as windows, so that a row needs no history: a counter with
 * time constant t weighs a payment of age a with e<sup>-a/t</sup>. {@code typical} sums amounts capped at twice the
 * typical one, so that a thief cannot teach the card his own habits.
 *
 * <p>{@link #contribute} only reads; {@link #update} must follow with the same arguments, and whoever owns the row
 * then sets its time.
 */
public final class CardRule {
    /** A name for each float of the row. */
    public static final List<String> NAMES = List.of(
            "count (1 d)",
            "count (7 d)",
            "count (30 d)",
            "amount (1 d)",
            "amount (7 d)",
            "amount (30 d)",
            "capped amount (30 d)",
            "large payments (7 d)",
            "payments seen",
            "largest ordinary",
            "terminals 0-15",
            "terminals 16-31",
            "terminals 32-47",
            "terminals 48-63");

    private static final int COUNT = 0;
    private static final int SUM = 3;
    private static final int TYPICAL = 6;
    private static final int LARGE = 7;
    private static final int SEEN = 8;
    private static final int LARGEST = 9;
    private static final int SKETCH = 10;

    /** What a card's row says of its behaviour, from neutral to where a specialist tells no more. */
    static final List<BehaviourVariable> BEHAVIOURS = List.of(
            new BehaviourVariable(NAMES.get(COUNT), COUNT, 0f, 10f),
            new BehaviourVariable(NAMES.get(SUM), SUM, 0f, 1000f),
            new BehaviourVariable(NAMES.get(LARGE), LARGE, 0f, 3f),
            new BehaviourVariable(NAMES.get(LARGEST), LARGEST, 0f, 250f));

    private static final float PRIOR_AMOUNT = 50f;
    private static final float MEAN_PRIOR_WEIGHT = 0.5f;
    private static final float TYPICAL_CAP = 2f;
    /** From here on, an amount by the typical one is called large: about one honest payment in a hundred is. */
    static final float LARGE_RATIO = 2.25f;

    private static final long SECONDS_PER_DAY = 86_400;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long EPOCH_WEEKDAY = 3; // 1970-01-01 was a Thursday, Monday = 0
    private static final long SATURDAY = 5;
    private static final long NIGHT_END_SECOND = 7 * 3600;

    private final Decay decay;

    /** Memories of 1, 7 and 30 days. */
    public CardRule() {
        this(1f);
    }

    /** Memories that are so many times as long. */
    CardRule(final float stretch) {
        decay = new Decay(stretch);
    }

    /**
     * Writes the card's {@value FraudFeatures#CARD_LENGTH} features of a payment from {@code offset}.
     *
     * @param row the card's row, not changed
     * @param nowNs time of the payment, ns since the epoch
     * @param terminalId where it is made
     * @param amount what is paid, &gt;= 0, finite
     */
    public void contribute(
            final FloatRow row,
            final long nowNs,
            final long terminalId,
            final float amount,
            final float[] frame,
            final int offset) {
        final Decay left = decay.between(row.updatedNs(), nowNs);
        final float week = left.week();
        final float month = left.month();
        final float typical = typical(row, month);
        frame[offset + FraudFeatures.AMOUNT_RATIO] = ratio(amount, typical);
        frame[offset + FraudFeatures.LARGE_PAYMENTS] = row.get(LARGE) * week;
        frame[offset + FraudFeatures.GAP_DAYS] = Math.min(left.days(), FraudFeatures.MAX_GAP_DAYS);
        frame[offset + FraudFeatures.NEW_TERMINAL] = isNew(row, SplitMix64.mix(terminalId)) ? 1f : 0f;
        frame[offset + FraudFeatures.CARD_SEEN] = row.get(SEEN);
        frame[offset + FraudFeatures.AMOUNT_TO_MAX] =
                Math.min(amount / (row.get(LARGEST) + 10f), FraudFeatures.MAX_RATIO);
        frame[offset + FraudFeatures.AMOUNT] = amount;
        calendar(nowNs, frame, offset);
        counts(row, 0, left.day(), frame, offset);
        counts(row, 1, week, frame, offset);
        counts(row, 2, month, frame, offset);
    }

    /** Brings the card's row up to {@code nowNs} and adds the payment to it; arguments as in {@link #contribute}. */
    public void update(final FloatRow row, final long nowNs, final long terminalId, final float amount) {
        final Decay left = decay.between(row.updatedNs(), nowNs);
        final float week = left.week();
        final float month = left.month();
        final float typical = typical(row, month);
        final float capped = Math.min(amount, TYPICAL_CAP * typical);
        final float large = ratio(amount, typical) > LARGE_RATIO ? 1f : 0f;
        add(row, 0, left.day(), amount);
        add(row, 1, week, amount);
        add(row, 2, month, amount);
        row.set(TYPICAL, Math.fma(row.get(TYPICAL), month, capped));
        row.set(LARGE, Math.fma(row.get(LARGE), week, large));
        row.set(SEEN, Math.min(row.get(SEEN) + 1f, FraudFeatures.MAX_SEEN));
        row.set(LARGEST, Math.max(row.get(LARGEST), capped));
        visit(row, SplitMix64.mix(terminalId));
    }

    private static float typical(final FloatRow row, final float month) {
        return Math.fma(row.get(TYPICAL), month, PRIOR_AMOUNT) / Math.fma(row.get(COUNT + 2), month, 1f);
    }

    private static float ratio(final float amount, final float typical) {
        return Math.min(amount / (typical + 1f), FraudFeatures.MAX_RATIO);
    }

    private static void counts(
            final FloatRow row, final int i, final float left, final float[] frame, final int offset) {
        final float count = row.get(COUNT + i) * left;
        frame[offset + FraudFeatures.CARD_COUNT + i] = count;
        frame[offset + FraudFeatures.CARD_MEAN + i] =
                Math.fma(row.get(SUM + i), left, MEAN_PRIOR_WEIGHT * PRIOR_AMOUNT) / (count + MEAN_PRIOR_WEIGHT);
    }

    private static void add(final FloatRow row, final int i, final float left, final float amount) {
        row.set(COUNT + i, Math.fma(row.get(COUNT + i), left, 1f));
        row.set(SUM + i, Math.fma(row.get(SUM + i), left, amount));
    }

    private static void calendar(final long nowNs, final float[] frame, final int offset) {
        final long second = nowNs / NS_PER_SECOND;
        final long weekday = (second / SECONDS_PER_DAY + EPOCH_WEEKDAY) % 7;
        frame[offset + FraudFeatures.WEEKEND] = weekday >= SATURDAY ? 1f : 0f;
        frame[offset + FraudFeatures.NIGHT] = second % SECONDS_PER_DAY < NIGHT_END_SECOND ? 1f : 0f;
    }

    // A Bloom filter of one hash and 64 bits: 16 bits a float are exact integers, whatever a float's bits go through.
    private static boolean isNew(final FloatRow row, final long hash) {
        return ((int) row.get(SKETCH + word(hash)) & bit(hash)) == 0;
    }

    private static void visit(final FloatRow row, final long hash) {
        final int i = SKETCH + word(hash);
        row.set(i, (int) row.get(i) | bit(hash));
    }

    private static int word(final long hash) {
        return (int) hash & 3;
    }

    private static int bit(final long hash) {
        return 1 << ((int) (hash >>> 2) & 15);
    }
}
