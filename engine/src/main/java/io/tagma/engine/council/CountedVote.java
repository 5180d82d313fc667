package io.tagma.engine.council;

import io.tagma.engine.kernel.FloatMath;
import java.util.Arrays;

/**
 * Counts heads instead of pooling probabilities: a ballot above even odds says yes, others no, and the answer is the share of
 * yes. A majority carries where that share reaches 1/2: the intent's thresholds say what follows from which share.
 *
 * <p>{@link #WEIGHTED} counts a voter by its standing, an exponentially weighted mean of how often it was right, begun at 1/2
 * (the weighted majority algorithm's idea, Littlestone and Warmuth, 1994, with forgetting). State: one float a voter, and none
 * under {@link #PLURALITY}. Stateless itself.
 */
public enum CountedVote implements VoteRule {
    /** One agent, one vote. */
    PLURALITY,
    /** A vote weighs what its voter's standing is. */
    WEIGHTED;

    private static final float FIRST_STANDING = 0.5f;
    private static final float MEMORY_RATE = 1f / 256;
    private static final float SMALLEST = 1e-7f;

    @Override
    public String ruleName() {
        return "CountedVote." + name();
    }

    @Override
    public int stateFloats(final int voters) {
        return this == WEIGHTED ? voters : 0;
    }

    @Override
    public void init(final float[] state, final int voters) {
        Arrays.fill(state, FIRST_STANDING);
    }

    @Override
    public float pool(final float[] ballots, final int offset, final int voters, final float[] state) {
        float yes = 0f;
        float all = 0f;
        boolean voted = false;
        for (int i = 0; i < voters; i++) {
            final float ballot = ballots[offset + i];
            if (!Float.isNaN(ballot)) {
                final float weight = this == WEIGHTED ? state[i] : 1f;
                yes += ballot > 0f ? weight : 0f;
                all += weight;
                voted = true;
            }
        }
        if (!voted) {
            return Float.NaN;
        }
        // Where nobody has any standing left, nothing is known.
        final float share = all == 0f ? 0.5f : yes / all;
        final float bounded = Math.min(Math.max(share, SMALLEST), 1f - SMALLEST);
        return FloatMath.log(bounded / (1f - bounded));
    }

    @Override
    public void learn(
            final float[] ballots, final int offset, final int voters, final float[] state, final float label) {
        if (this == PLURALITY) {
            return;
        }
        for (int i = 0; i < voters; i++) {
            final float ballot = ballots[offset + i];
            if (!Float.isNaN(ballot)) {
                final float right = ballot > 0f == label >= 0.5f ? 1f : 0f;
                state[i] = Math.fma(MEMORY_RATE, right - state[i], state[i]);
            }
        }
    }

    @Override
    public float standing(final float[] state, final int i) {
        return this == WEIGHTED ? state[i] : 1f;
    }
}
