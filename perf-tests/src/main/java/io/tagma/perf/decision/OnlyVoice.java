package io.tagma.perf.decision;

import io.tagma.engine.council.VoteRule;

/** The only voter's word is the verdict, so that one model in the engine decides as it would alone. Stateless. */
final class OnlyVoice implements VoteRule {
    @Override
    public int stateFloats(final int voters) {
        return 0;
    }

    @Override
    public void init(final float[] state, final int voters) {}

    @Override
    public float pool(final float[] ballots, final int offset, final int voters, final float[] state) {
        return ballots[offset];
    }

    @Override
    public void learn(
            final float[] ballots, final int offset, final int voters, final float[] state, final float label) {}

    @Override
    public float standing(final float[] state, final int i) {
        return 1f;
    }
}
