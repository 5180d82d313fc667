package io.tagma.tools.run;

/**
 * Durations counted in buckets that are at most 1/128 of the value wide, in one preallocated array. One thread adds; anyone
 * may look meanwhile and may miss what is just being added.
 */
final class LatencyCounts {
    private static final int SUB_BITS = 7;
    private static final int SUB = 1 << SUB_BITS;
    private static final int BUCKETS = (Long.SIZE - SUB_BITS) * SUB;

    private final long[] counts = new long[BUCKETS];
    private long total;
    private long maxNs;

    /** Counts a duration; a negative one, of a clock that differs between cores, as 0. */
    void add(final long ns) {
        final long value = Math.max(ns, 0);
        counts[bucket(value)]++;
        total++;
        if (value > maxNs) {
            maxNs = value;
        }
    }

    /** Adds all that another has counted. */
    void addAll(final LatencyCounts other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
        maxNs = Math.max(maxNs, other.maxNs);
    }

    private static int bucket(final long value) {
        if (value < SUB) {
            return (int) value;
        }
        final int shift = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(value);
        return shift * SUB + (int) (value >>> shift);
    }

    private static long highest(final int bucket) {
        final int shift = Math.max(0, bucket / SUB - 1);
        final long lowest = (long) (bucket - shift * SUB) << shift;
        return lowest + (1L << shift) - 1;
    }

    /** The value below or at which that share of durations lies, 0 to 1; 0 when there are none. */
    long quantile(final double share) {
        final double wanted = Math.max(1, Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(highest(i), maxNs);
            }
        }
        return maxNs;
    }

    long maxNs() {
        return maxNs;
    }

    long total() {
        return total;
    }
}
