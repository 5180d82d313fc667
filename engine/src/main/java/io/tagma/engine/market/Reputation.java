package io.tagma.engine.market;

import java.util.Arrays;

/**
 * Standing of one shard's agents, each in [0,1]: an exponentially weighted mean of how well their answers turned out.
 * Owned by the shard's thread; part of the state hash.
 */
public final class Reputation {
    /** Where an agent starts, before anything is known of it. */
    public static final float INITIAL = 0.5f;

    private final float[] standing;
    private final float rate;

    /**
     * Standings for a number of agents.
     *
     * @param rate share of a new outcome in the mean, (0,1]
     */
    public Reputation(final int agents, final float rate) {
        this.standing = new float[agents];
        this.rate = rate;
        Arrays.fill(standing, INITIAL);
    }

    /** Standing of an agent, 0 to 1. */
    public float of(final int agentId) {
        return standing[agentId];
    }

    /** An outcome came in: {@code quality} in [0,1] says how well the agent's answer turned out. */
    public void earn(final int agentId, final float quality) {
        final float before = standing[agentId];
        final float moved = Math.fma(rate, quality - before, before);
        // The difference is rounded, so a step of the whole way could end a bit beyond.
        standing[agentId] = Math.clamp(moved, Math.min(before, quality), Math.max(before, quality));
    }

    /** All standings by agent number; the array itself, for the state hash. */
    public float[] standings() {
        return standing;
    }
}
