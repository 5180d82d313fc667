package io.tagma.engine.agent;

/**
 * How much agents may ask outside their shard, and whom. Immutable.
 *
 * @param factory opens what answers, or stands for nothing
 * @param capacity most requests that are open at a time on one shard, a power of two up to 4,096; 0 where nothing is outside
 * @param maxPayload most bytes of a request, 0 to 32,768
 */
public record OutsideTerms(Outside.Factory factory, int capacity, int maxPayload) {
    /** Nothing outside. */
    public static final OutsideTerms NONE = new OutsideTerms((answers, threads, clock) -> request -> false, 0, 0);

    /** Most requests that may be open. */
    public static final int MAX_CAPACITY = 4096;

    private static final int DEFAULT_CAPACITY = 256;
    private static final int DEFAULT_PAYLOAD = 512;
    private static final int MAX_PAYLOAD = 32 * 1024;

    /** Checks the ranges. */
    public OutsideTerms {
        if (capacity < 0 || capacity > MAX_CAPACITY || Integer.bitCount(capacity) > 1) {
            throw new IllegalArgumentException(
                    "outside.capacity must be 0 or a power of two up to " + MAX_CAPACITY + ", e.g. 256: " + capacity);
        }
        if (maxPayload < 0 || maxPayload > MAX_PAYLOAD) {
            throw new IllegalArgumentException("outside.maxPayload must be 0 to " + MAX_PAYLOAD + ": " + maxPayload);
        }
    }

    /** 256 requests of up to 512 bytes. */
    public static OutsideTerms of(final Outside.Factory factory) {
        return new OutsideTerms(factory, DEFAULT_CAPACITY, DEFAULT_PAYLOAD);
    }

    /** Whether anybody can be asked. */
    public boolean isOpen() {
        return capacity > 0;
    }
}
