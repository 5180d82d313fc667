package io.tagma.engine.council;

/**
 * How ballots become one answer and how an outcome changes the voters' standing. Pure functions of their arguments over
 * state that is handed in; the same instance may serve all shards.
 */
public interface VoteRule {
    /** What the rule is called in a journal's configuration and to people; names everything it is told. */
    default String ruleName() {
        return getClass().getSimpleName();
    }

    /** How many floats of state the rule keeps a shard; part of the state hash. */
    int stateFloats(int voters);

    /** Fills fresh state. */
    void init(float[] state, int voters);

    /**
     * Pools the ballots.
     *
     * @param ballots log-odds, NaN where none was cast
     * @param offset of the first ballot
     * @param voters how many
     * @param state the rule's state
     * @return pooled log-odds; NaN where nobody voted
     */
    float pool(float[] ballots, int offset, int voters, float[] state);

    /** Learns from an outcome: {@code label} in [0,1]. */
    void learn(float[] ballots, int offset, int voters, float[] state, float label);

    /** Standing of voter {@code i} in [0,1], for people. */
    float standing(float[] state, int i);
}
