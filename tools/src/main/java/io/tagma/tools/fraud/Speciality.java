package io.tagma.tools.fraud;

import io.tagma.engine.kernel.FloatMath;
import java.util.List;

/** The four ways in which a specialist can look at a payment, each with inputs of its own, derived from the frame. */
public enum Speciality {
    /** How often and how much the card spends, against its own habit. */
    VELOCITY(List.of(
            "card's count (1 d)",
            "count 1 d / 30 d",
            "count 7 d / 30 d",
            "days since card's last",
            "night",
            "card's large payments (7 d)",
            "mean 1 d / 30 d",
            "mean 7 d / 30 d")),
    /** How large the amount is, in money and by the card's typical one. */
    AMOUNT(List.of(
            "amount",
            "log amount",
            "log ratio to typical",
            "ratio above 1",
            "ratio above 1.5",
            "ratio above 2",
            "ratio above 2.5",
            "ratio above 3",
            "amount above 150",
            "amount above 200",
            "amount above 250",
            "large payments (7 d)",
            "large payments x ratio")),
    /** What payments at this terminal turned out to be. */
    TERMINAL(List.of(
            "terminal's risk (1 d)",
            "terminal's risk (7 d)",
            "terminal's risk (30 d)",
            "terminal's count (30 d)",
            "run up to 14 days old",
            "run up to 21 days old",
            "run up to 28 days old",
            "older run",
            "frauds in the run",
            "days since the run's last")),
    /** What this card has never done. */
    NOVELTY(List.of(
            "new terminal for card",
            "new terminal of an old card",
            "amount / card's largest",
            "above the largest",
            "1.5 times above the largest",
            "2 times above the largest",
            "log of card's payments",
            "days since card's last"));

    /** The most inputs that any speciality has. */
    public static final int MOST_INPUTS = 13;

    @SuppressWarnings("ImmutableEnumChecker") // List.of: unmodifiable, of strings
    private final List<String> inputs;

    Speciality(final List<String> inputs) {
        this.inputs = inputs;
    }

    /** Returns the names of the inputs in their order. */
    public List<String> inputs() {
        return inputs;
    }

    /** Derives this speciality's inputs from a frame into {@code x[0 ...]}. */
    void derive(final float[] frame, final int offset, final float[] x) {
        switch (this) {
            case VELOCITY -> velocity(frame, offset, x);
            case AMOUNT -> amount(frame, offset, x);
            case TERMINAL -> terminal(frame, offset, x);
            case NOVELTY -> novelty(frame, offset, x);
        }
    }

    private static void velocity(final float[] f, final int at, final float[] x) {
        final float perDay = f[at + FraudFeatures.CARD_COUNT + 2] * (1f / 30) + 0.1f;
        final float meanMonth = f[at + FraudFeatures.CARD_MEAN + 2] + 1f;
        x[0] = f[at + FraudFeatures.CARD_COUNT];
        x[1] = f[at + FraudFeatures.CARD_COUNT] / perDay;
        x[2] = f[at + FraudFeatures.CARD_COUNT + 1] * (1f / 7) / perDay;
        x[3] = f[at + FraudFeatures.GAP_DAYS];
        x[4] = f[at + FraudFeatures.NIGHT];
        x[5] = f[at + FraudFeatures.LARGE_PAYMENTS];
        x[6] = f[at + FraudFeatures.CARD_MEAN] / meanMonth;
        x[7] = f[at + FraudFeatures.CARD_MEAN + 1] / meanMonth;
    }

    private static void amount(final float[] f, final int at, final float[] x) {
        final float amount = f[at + FraudFeatures.AMOUNT];
        final float ratio = f[at + FraudFeatures.AMOUNT_RATIO];
        final float large = Math.min(f[at + FraudFeatures.LARGE_PAYMENTS], 3f);
        x[0] = amount;
        x[1] = FloatMath.log(amount + 1f);
        x[2] = FloatMath.log(ratio + 0.01f);
        x[3] = above(ratio, 1f);
        x[4] = above(ratio, 1.5f);
        x[5] = above(ratio, 2f);
        x[6] = above(ratio, 2.5f);
        x[7] = above(ratio, 3f);
        x[8] = above(amount, 150f);
        x[9] = above(amount, 200f);
        x[10] = above(amount, 250f);
        x[11] = large;
        x[12] = large * Math.min(ratio, 4f);
    }

    private static void terminal(final float[] f, final int at, final float[] x) {
        final float run = f[at + FraudFeatures.FRAUD_RUN];
        final float days = f[at + FraudFeatures.RUN_DAYS];
        final boolean fresh = run > 0f && days < 28f;
        x[0] = f[at + FraudFeatures.TERMINAL_RISK];
        x[1] = f[at + FraudFeatures.TERMINAL_RISK + 1];
        x[2] = f[at + FraudFeatures.TERMINAL_RISK + 2];
        x[3] = f[at + FraudFeatures.TERMINAL_COUNT + 2];
        x[4] = run > 0f && days < 14f ? 1f : 0f;
        x[5] = run > 0f && days < 21f ? 1f : 0f;
        x[6] = fresh ? 1f : 0f;
        x[7] = run > 0f && days >= 28f ? 1f : 0f;
        x[8] = fresh ? Math.min(run, 4f) : 0f;
        x[9] = f[at + FraudFeatures.RUN_IDLE_DAYS];
    }

    private static void novelty(final float[] f, final int at, final float[] x) {
        final float fresh = f[at + FraudFeatures.NEW_TERMINAL];
        final float seen = f[at + FraudFeatures.CARD_SEEN];
        final float toMax = f[at + FraudFeatures.AMOUNT_TO_MAX];
        x[0] = fresh;
        x[1] = fresh * Math.min(seen, 100f);
        x[2] = toMax;
        x[3] = above(toMax, 1f);
        x[4] = above(toMax, 1.5f);
        x[5] = above(toMax, 2f);
        x[6] = FloatMath.log(seen + 1f);
        x[7] = f[at + FraudFeatures.GAP_DAYS];
    }

    private static float above(final float x, final float knee) {
        return Math.max(x - knee, 0f);
    }
}
