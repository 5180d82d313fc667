package io.tagma.tools.run;

import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.ElasticConfig;
import org.jspecify.annotations.Nullable;

/**
 * How fast and how long a run goes, and on whose threads. Immutable.
 *
 * @param events most events of this run
 * @param seconds longest time, infinite for none
 * @param rate events a second, infinite for as fast as it goes
 * @param threading on whose threads the shards run
 * @param elastic how many threads there may be where that is elastic; null for the usual
 * @param batch most frames a shard takes at once
 */
record RunPlan(
        long events,
        double seconds,
        double rate,
        Threading threading,
        ElasticConfig.@Nullable Terms elastic,
        int batch) {
    boolean paced() {
        return Double.isFinite(rate);
    }

    boolean timed() {
        return Double.isFinite(seconds);
    }
}
