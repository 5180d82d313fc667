package io.tagma.store;

/**
 * A 64-bit digest of a profile row's floats, keyed by its subject, whose sum over all rows is the rows' share of a state hash.
 * Stateless, any thread.
 *
 * <p>The inner function is NH (Black, Halevi, Krawczyk, Krovetz, Rogaway: <em>UMAC: Fast and Secure Message Authentication</em>,
 * CRYPTO '99): the raw bits of each two neighbouring floats are added to two fixed 32-bit keys, the sums multiplied to 64 bits,
 * the products added up modulo 2^64. An odd last float is paired with zero bits. Two different rows of one length collide with
 * probability at most 2^-32 over the choice of keys; the keys are public, so this finds divergence and damage, not malice. The
 * sum is finalised together with the subject and the length by two rounds of the SplitMix64 mixer, so that digests of many rows
 * may be added up.
 *
 * <p>Bits, not values, are digested: {@code 0.0f} and {@code -0.0f} differ, and so do two NaNs of different payload.
 */
public final class Digest {
    /** Longest row, in floats, that the key table covers. */
    public static final int MAX_FLOATS = 8192;

    /** Rows of so many floats and more are read two floats at a time, and copied in one piece. */
    static final int LARGE = 64;

    private static final int STRAIGHT = 16;
    private static final long SEED = 0x7461_676d_615f_4e48L; // "tagma_NH"
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final long LOW = 0xffff_ffffL;

    /** Low half: the key of a pair's first float, high half: of its second. */
    private static final long[] KEYS = keys(MAX_FLOATS / 2);

    private Digest() {}

    /**
     * Digest of {@code length} floats of an array.
     *
     * @param key the row's subject
     * @param length 0 to {@link #MAX_FLOATS}
     */
    public static long of(final long key, final float[] values, final int offset, final int length) {
        long sum = 0;
        int i = 0;
        for (; i + 1 < length; i += 2) {
            final int first = Float.floatToRawIntBits(values[offset + i]);
            final int second = Float.floatToRawIntBits(values[offset + i + 1]);
            sum += product(first, second, KEYS[i >> 1]);
        }
        if (i < length) {
            sum += product(Float.floatToRawIntBits(values[offset + i]), 0, KEYS[i >> 1]);
        }
        return finish(sum, length, key);
    }

    /**
     * Digest of {@code floats} little-endian floats that lie at {@code address}; equal to {@link #of} for equal bits.
     *
     * @param address of the first float, readable for {@code 4 * floats} bytes
     * @param floats 0 to {@link #MAX_FLOATS}
     * @param key the row's subject
     */
    public static long ofRow(final long address, final int floats, final long key) {
        return finish(floats >= LARGE ? largeSum(address, floats) : smallSum(address, floats), floats, key);
    }

    private static long smallSum(final long address, final int floats) {
        return floats < STRAIGHT ? sum(address, 0, floats) : straightSum(address) + sum(address, STRAIGHT >> 1, floats);
    }

    /** Of the first floats, which most rows have, without a loop: for so few the compiler's loops take half their time to begin and end. */
    private static long straightSum(final long address) {
        return pair(address, 0)
                + pair(address, 1)
                + pair(address, 2)
                + pair(address, 3)
                + pair(address, 4)
                + pair(address, 5)
                + pair(address, 6)
                + pair(address, 7);
    }

    private static long sum(final long address, final int fromPair, final int floats) {
        final int pairs = floats >> 1;
        long sum = 0;
        for (int pair = fromPair; pair < pairs; pair++) {
            sum += pair(address, pair);
        }
        return (floats & 1) == 0 ? sum : sum + product(Memory.getInt(address + 8L * pairs), 0, KEYS[pairs]);
    }

    /** One by one: a load that spans two floats just stored would wait for both stores to reach the cache. */
    private static long pair(final long address, final int pair) {
        final long at = address + 8L * pair;
        return product(Memory.getInt(at), Memory.getInt(at + 4), KEYS[pair]);
    }

    /** The same sum by four, of which the order does not matter: a pair a load, for of so many floats few were just stored. */
    private static long largeSum(final long address, final int floats) {
        long one = 0;
        long two = 0;
        long three = 0;
        long four = 0;
        int pair = 0;
        for (; pair + 3 < floats >> 1; pair += 4) {
            final long at = address + 8L * pair;
            one += product(Memory.getLong(at), KEYS[pair]);
            two += product(Memory.getLong(at + 8), KEYS[pair + 1]);
            three += product(Memory.getLong(at + 16), KEYS[pair + 2]);
            four += product(Memory.getLong(at + 24), KEYS[pair + 3]);
        }
        return one + two + three + four + sum(address, pair, floats);
    }

    private static long finish(final long sum, final int floats, final long key) {
        return mix(sum ^ mix(key + floats * GOLDEN));
    }

    private static long product(final int first, final int second, final long keys) {
        return ((first + (int) keys) & LOW) * ((second + (int) (keys >>> 32)) & LOW);
    }

    /** Of a pair's two floats in one word: what carries from the lower half into the upper is added to neither. */
    private static long product(final long pair, final long keys) {
        return ((pair + keys) & LOW) * (((pair >>> 32) + (keys >>> 32)) & LOW);
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014; constants of Stafford's variant 13): a bijection. */
    private static long mix(final long x) {
        final long y = (x ^ (x >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        final long z = (y ^ (y >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }

    private static long[] keys(final int pairs) {
        final long[] keys = new long[pairs];
        long state = SEED;
        for (int i = 0; i < pairs; i++) {
            state += GOLDEN;
            keys[i] = mix(state);
        }
        return keys;
    }
}
