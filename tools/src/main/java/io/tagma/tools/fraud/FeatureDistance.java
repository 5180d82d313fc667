package io.tagma.tools.fraud;

import io.tagma.engine.translate.DistributionCheck;

/**
 * How far a translated feature's distribution is from the target's own. Immutable.
 *
 * @param rows card or terminal
 * @param name of the feature in the target architecture
 * @param distance of Kolmogorov and Smirnov, 0 (alike) to 1
 * @param beyond the same beside differences of up to {@link DistributionCheck#SAME}
 */
public record FeatureDistance(String rows, String name, double distance, double beyond) {
    /** Whether two samples of one distribution would hardly be so far apart. */
    public boolean isFar() {
        return distance > DistributionCheck.FAR;
    }
}
