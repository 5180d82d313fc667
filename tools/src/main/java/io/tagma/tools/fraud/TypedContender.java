package io.tagma.tools.fraud;

import io.tagma.engine.agent.Explanation;

/** A model of the registry of model types. Owned by the shard's thread. */
final class TypedContender implements Contender {
    private final HeldModel model;
    private final float[] x = new float[FraudFeatures.BASE_LENGTH];
    private final float[] probabilities = new float[2];
    private final float[] contributions = new float[FraudFeatures.BASE_LENGTH];

    TypedContender(final HeldModel model) {
        this.model = model;
    }

    @Override
    public float score(final float[] frame, final int offset) {
        System.arraycopy(frame, offset + FraudFeatures.BASE, x, 0, x.length);
        model.current().predict(x, probabilities);
        return FraudMath.logit(probabilities[1]);
    }

    /** These models have no rate to multiply: a factor other than 0 teaches as it is. */
    @Override
    public void learn(final float[] frame, final int offset, final float label, final float factor) {
        System.arraycopy(frame, offset + FraudFeatures.BASE, x, 0, x.length);
        model.learn(x, label >= 0.5f ? 1 : 0);
    }

    @Override
    public void explain(final float[] frame, final Explanation explanation) {
        System.arraycopy(frame, FraudFeatures.BASE, x, 0, x.length);
        model.current().explain(x, 1, contributions);
        for (int i = 0; i < x.length; i++) {
            explanation.add(FraudFeatures.BASE_NAMES.get(i), x[i], contributions[i]);
        }
    }
}
