package io.tagma.engine.market;

/**
 * How much each part counts in {@link CapabilityIndex}'s score. Immutable; each 0 or more, together above 0. Scores are divided by their sum, so
 * that they lie between 0 and 1.
 *
 * @param capability of how well an agent does it
 * @param load of how idle it is
 * @param compatibility of how well it goes with who asks
 */
public record CapabilityWeights(float capability, float load, float compatibility) {
    /** Being idle counts nearly as much as being good: an expert at 78 % ranks behind idle generalists. */
    public static final CapabilityWeights DEFAULT = new CapabilityWeights(0.45f, 0.35f, 0.20f);

    /** Rejects weights that order nothing. */
    public CapabilityWeights {
        if (!(capability >= 0 && load >= 0 && compatibility >= 0 && capability + load + compatibility > 0)) {
            throw new IllegalArgumentException("weights must be 0 or more and together above 0: capability "
                    + capability + ", load " + load + ", compatibility " + compatibility);
        }
    }

    float sum() {
        return capability + load + compatibility;
    }
}
