package io.tagma.engine.agent;

import java.util.concurrent.TimeUnit;

/**
 * What one agent may take of its shard's thread and of the heap. Immutable. Measured live on a sample of its calls, never in a replay: what
 * comes of a breach is an input.
 *
 * @param nsPerWindow most nanoseconds within a window
 * @param bytesPerWindow most bytes allocated within a window
 * @param windowNs length of a window
 * @param probationNs how long an agent that took more is not called
 * @param sampleEvery one call in so many is measured, on average; 1 for each
 */
public record AgentQuota(long nsPerWindow, long bytesPerWindow, long windowNs, long probationNs, int sampleEvery) {
    /** No quota: nothing is measured. */
    public static final AgentQuota NONE = new AgentQuota(Long.MAX_VALUE, Long.MAX_VALUE, 1, 1, 1);

    private static final int MOST_SAMPLED = 1 << 16;
    private static final int USUAL_SAMPLE = 16;

    /** Rejects what cannot work. */
    public AgentQuota {
        if (nsPerWindow < 1 || bytesPerWindow < 0 || windowNs < 1 || probationNs < 1) {
            throw new IllegalArgumentException(
                    "an agent's quota needs nsPerWindow, windowNs and probationNs above 0 and"
                            + " bytesPerWindow of 0 or more: " + nsPerWindow + ", " + windowNs + ", " + probationNs
                            + ", "
                            + bytesPerWindow);
        }
        if (sampleEvery < 1 || sampleEvery > MOST_SAMPLED) {
            throw new IllegalArgumentException(
                    "an agent's quota measures one call in 1 to " + MOST_SAMPLED + ": " + sampleEvery);
        }
    }

    /**
     * The usual: windows of a second, ten seconds of probation, one call in 16 measured.
     *
     * @param share of its shard's thread, above 0 and at most 1
     * @param bytesPerSecond most bytes allocated
     */
    public static AgentQuota of(final double share, final long bytesPerSecond) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "an agent's share of its thread must be above 0 and at most 1: " + share);
        }
        final long second = TimeUnit.SECONDS.toNanos(1);
        return new AgentQuota(Math.max(1, (long) (share * second)), bytesPerSecond, second, 10 * second, USUAL_SAMPLE);
    }

    /** Whether there is any. */
    public boolean isSet() {
        return nsPerWindow != Long.MAX_VALUE || bytesPerWindow != Long.MAX_VALUE;
    }
}
