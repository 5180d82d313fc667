package io.tagma.tools.fraud;

/**
 * How several ballots become one verdict, and what a voter's word is worth. Pure functions, any thread.
 *
 * <p>Ballots are log-odds of fraud. Each specialist knows one way in which a payment can be fraud, and a specialist
 * that sees nothing has not acquitted anyone: so ballots are pooled as independent causes, by a <em>noisy or</em>
 * (Pearl, "Probabilistic reasoning in intelligent systems", 1988, 4.3.2), in which a voter's reputation r is the
 * probability that its accusation holds:
 *
 * <pre>
 *     1 - P = product over voters of (1 - r p)
 * </pre>
 *
 * <p>A voter alone can convict, a voter without reputation has no voice, and an indifferent voter, whose p is always
 * the base rate, adds the same to every payment. That sum of base rates makes P read high where nobody accuses (about
 * 3 % instead of 1 with four voters).
 *
 * <p>The reputation is what the voter's accusations turned out to be worth: the slope of outcome on probability, E[p
 * y] / E[p²], over a decaying memory, clamped to [0, 1]. A calibrated voter has 1, one that cries wolf twice too
 * often has 1/2.
 */
public final class FraudVote {
    /** Floats of the memory behind one reputation. */
    public static final int MEMORY_LENGTH = 2;
    /** Reputation before any outcome. */
    public static final float FIRST_REPUTATION = 0.5f;

    private static final float MEMORY_RATE = 1f / 16_384;
    private static final float FIRST_MASS = 1e-3f;
    private static final float SMALLEST = 1e-7f;

    private FraudVote() {}

    /**
     * Pools {@code voters} ballots into the log-odds of the verdict.
     *
     * @param ballots log-odds from {@code ballotsAt}
     * @param reputations in [0, 1], from {@code reputationsAt}
     */
    public static float pool(
            final float[] ballots,
            final int ballotsAt,
            final float[] reputations,
            final int reputationsAt,
            final int voters) {
        float honest = 1f;
        for (int i = 0; i < voters; i++) {
            final float p = FraudMath.sigmoid(ballots[ballotsAt + i]);
            honest *= Math.fma(-reputations[reputationsAt + i], p, 1f);
        }
        final float bounded = Math.min(Math.max(honest, SMALLEST), 1f - SMALLEST);
        return FraudMath.log((1f - bounded) / bounded);
    }

    /** Writes the memory of a voter of whom nothing is known. */
    public static void begin(final float[] memory, final int at) {
        memory[at] = FIRST_REPUTATION * FIRST_MASS;
        memory[at + 1] = FIRST_MASS;
    }

    /** Adds one outcome to the memory of a voter whose ballot on it was {@code ballot}. */
    public static void remember(final float[] memory, final int at, final float ballot, final float label) {
        final float p = FraudMath.sigmoid(ballot);
        memory[at] = Math.fma(MEMORY_RATE, Math.fma(p, label, -memory[at]), memory[at]);
        memory[at + 1] = Math.fma(MEMORY_RATE, Math.fma(p, p, -memory[at + 1]), memory[at + 1]);
    }

    /** Returns the reputation, in [0, 1], that a memory stands for. */
    public static float reputation(final float[] memory, final int at) {
        return Math.min(Math.max(memory[at] / (memory[at + 1] + SMALLEST), 0f), 1f);
    }
}
