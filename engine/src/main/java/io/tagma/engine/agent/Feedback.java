package io.tagma.engine.agent;

/**
 * The outcome of a task together with what the agent saw when it handled it. Owned by the shard's thread, valid during
 * the call.
 */
public final class Feedback {
    private float[] features = new float[0];
    private int offset;
    private int featureCount;
    private float logOdds;
    private float learningRate = 1f;
    private float label;
    private int intent;
    private int trueIntent;
    private long timeNs;

    /** Points to the kept features of a task. */
    public Feedback task(final float[] source, final int from, final int count, final int decidedIntent) {
        features = source;
        offset = from;
        featureCount = count;
        intent = decidedIntent;
        return this;
    }

    /** Sets what became of it. */
    public Feedback outcome(final float outcomeLabel, final int outcomeIntent, final long outcomeTimeNs) {
        label = outcomeLabel;
        trueIntent = outcomeIntent;
        timeNs = outcomeTimeNs;
        return this;
    }

    /** Sets the agent's own ballot. */
    public Feedback logOdds(final float value) {
        logOdds = value;
        return this;
    }

    /** Sets what the agent's learning rate is to be multiplied with. */
    public Feedback learningRate(final float value) {
        learningRate = value;
        return this;
    }

    /** What the agent is to multiply its own learning rate with, as those who train it have tuned it; 1 unless they have. */
    public float learningRate() {
        return learningRate;
    }

    /** Array that holds the features as they were at decision time, from {@link #offset()}. Not to be written. */
    public float[] features() {
        return features;
    }

    /** Where the features start. */
    public int offset() {
        return offset;
    }

    /** How many features there are. */
    public int featureCount() {
        return featureCount;
    }

    /** The agent's own ballot then, in log-odds; NaN where it did not cast one. */
    public float logOdds() {
        return logOdds;
    }

    /** The outcome, 0 to 1. */
    public float label() {
        return label;
    }

    /** The intent decided on. */
    public int intent() {
        return intent;
    }

    /** The true intent, or -1. */
    public int trueIntent() {
        return trueIntent;
    }

    /** Stream time of the outcome, epoch ns. */
    public long timeNs() {
        return timeNs;
    }
}
