package io.tagma.tools.fraud;

import io.tagma.engine.agent.Explanation;

/** The single model with its learning rate multiplied. Owned by the shard's thread. */
final class LogisticContender implements Contender {
    private final OnlineLogistic model;
    private final float rate;

    LogisticContender(final float[] memory, final float rate) {
        this.model = new OnlineLogistic(FraudFeatures.BASE_NAMES, memory);
        this.rate = rate;
    }

    @Override
    public float score(final float[] frame, final int offset) {
        return model.score(frame, offset + FraudFeatures.BASE);
    }

    @Override
    public void learn(final float[] frame, final int offset, final float label, final float factor) {
        model.learn(frame, offset + FraudFeatures.BASE, label, rate * factor);
    }

    @Override
    public void explain(final float[] frame, final Explanation explanation) {
        SpecialistAgent.explain(model, frame, FraudFeatures.BASE, explanation);
    }
}
