package io.tagma.tools.fraud;

/**
 * A small splittable random stream whose values are the same on every machine. Owned by one thread.
 *
 * <p>Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: a counter that steps by
 * the golden ratio, finalised by Stafford's mixer 13. {@link #reset} names a stream by what it is for instead of by
 * how many numbers were drawn before, so that any day of a simulation can be drawn without the days before it.
 */
final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT_53 = 0x1.0p-53;

    private long state;

    /** Starts the stream {@code (seed, purpose, index)}. Streams of different names are independent in practice. */
    void reset(final long seed, final int purpose, final long index) {
        state = mix(mix(seed + GOLDEN_GAMMA * (purpose + 1L)) + GOLDEN_GAMMA * (index + 1L));
    }

    long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in [0, 1), a multiple of 2<sup>-53</sup>. */
    double nextDouble() {
        return (nextLong() >>> 11) * UNIT_53;
    }

    /**
     * Uniform in [0, bound) by multiplication (Lemire 2019, without rejection: the bias is below bound /
     * 2<sup>32</sup>).
     */
    int nextInt(final int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    static long mix(final long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
