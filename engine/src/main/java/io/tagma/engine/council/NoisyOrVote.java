package io.tagma.engine.council;

import io.tagma.engine.kernel.FloatMath;

/**
 * Pools ballots as independent causes, by a <em>noisy or</em> (Pearl, "Probabilistic reasoning in intelligent systems",
 * 1988, 4.3.2): a specialist that sees nothing has not acquitted anyone. A voter's standing r is the probability that its
 * accusation holds:
 *
 * <pre>
 *     1 - P = product over voters of (1 - r p)
 * </pre>
 *
 * <p>A voter alone can convict, a voter without standing has no voice, and an indifferent voter, whose p is always the base
 * rate, adds the same to every case.
 *
 * <p>The standing is what the voter's accusations turned out to be worth: the slope of outcome on probability,
 * E[p y] / E[p^2], over a decaying memory, clamped to [0, 1]. A calibrated voter has 1, one that cries wolf twice too often
 * has 1/2.
 *
 * <p>State, three floats a voter: {@code E[p y]}, {@code E[p^2]}, standing. Stateless itself.
 */
public final class NoisyOrVote implements VoteRule {
    /** Standing before any outcome. */
    public static final float FIRST_STANDING = 0.5f;

    private static final int FLOATS = 3;
    private static final int STANDING = 2;
    private static final float MEMORY_RATE = 1f / 16_384;
    private static final float FIRST_MASS = 1e-3f;
    private static final float SMALLEST = 1e-7f;

    @Override
    public int stateFloats(final int voters) {
        return FLOATS * voters;
    }

    @Override
    public void init(final float[] state, final int voters) {
        for (int at = 0; at < FLOATS * voters; at += FLOATS) {
            state[at] = FIRST_STANDING * FIRST_MASS;
            state[at + 1] = FIRST_MASS;
            state[at + STANDING] = FIRST_STANDING;
        }
    }

    @Override
    public float pool(final float[] ballots, final int offset, final int voters, final float[] state) {
        float innocent = 1f;
        boolean voted = false;
        for (int i = 0; i < voters; i++) {
            final float ballot = ballots[offset + i];
            if (!Float.isNaN(ballot)) {
                innocent *= Math.fma(-state[FLOATS * i + STANDING], FloatMath.sigmoid(ballot), 1f);
                voted = true;
            }
        }
        if (!voted) {
            return Float.NaN;
        }
        final float bounded = Math.min(Math.max(innocent, SMALLEST), 1f - SMALLEST);
        return FloatMath.log((1f - bounded) / bounded);
    }

    @Override
    public void learn(
            final float[] ballots, final int offset, final int voters, final float[] state, final float label) {
        for (int i = 0; i < voters; i++) {
            final float ballot = ballots[offset + i];
            if (!Float.isNaN(ballot)) {
                final float p = FloatMath.sigmoid(ballot);
                final int at = FLOATS * i;
                state[at] = Math.fma(MEMORY_RATE, Math.fma(p, label, -state[at]), state[at]);
                state[at + 1] = Math.fma(MEMORY_RATE, Math.fma(p, p, -state[at + 1]), state[at + 1]);
                state[at + STANDING] = Math.min(Math.max(state[at] / (state[at + 1] + SMALLEST), 0f), 1f);
            }
        }
    }

    @Override
    public float standing(final float[] state, final int i) {
        return state[FLOATS * i + STANDING];
    }
}
