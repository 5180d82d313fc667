package io.tagma.engine.ingest;

import java.nio.charset.StandardCharsets;

/**
 * Names of subjects as 64-bit numbers, and which shard owns one. Stateless.
 *
 * <pre>
 *    63      56 55                                             0
 *   +----------+------------------------------------------------+
 *   |   kind   |            id (a number, or a hash)            |
 *   +----------+------------------------------------------------+
 * </pre>
 */
public final class Subjects {
    /** Ids are 56 bits wide. */
    public static final long MAX_ID = (1L << 56) - 1;

    /** Kinds are 1 to this: the sign bit stays free. */
    public static final int MAX_KIND = 127;

    private Subjects() {}

    /**
     * The subject of a kind and an id.
     *
     * @param kind 1 to 127
     * @param id 0 to {@link #MAX_ID}
     */
    public static long of(final int kind, final long id) {
        return ((long) kind << 56) | (id & MAX_ID);
    }

    /** The subject of a kind and a name: the id is a 56-bit FNV-1a hash of its UTF-8 bytes, so names are not recoverable. */
    public static long named(final int kind, final String name) {
        long hash = 0xcbf29ce484222325L;
        for (final byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return of(kind, mix(hash));
    }

    /** The kind, 1 to 127. */
    public static int kind(final long subject) {
        return (int) (subject >>> 56);
    }

    /** The id within the kind. */
    public static long id(final long subject) {
        return subject & MAX_ID;
    }

    /** The owning shard, 0 to {@code shards - 1}: the high bits of a mixed subject, so that neighbours spread. */
    public static int shardOf(final long subject, final int shards) {
        return shards == 1 ? 0 : (int) (((mix(subject) >>> 32) * shards) >>> 32);
    }

    /** Stafford's variant 13 of the 64-bit finaliser (the mixer of SplitMix64). */
    public static long mix(final long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
