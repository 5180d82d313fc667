package io.tagma.store;

/**
 * Where things lie in a profile row: a 64-byte header and D little-endian floats, the row aligned to 64 bytes. Drawn in
 * {@code docs/layouts/profile-row.md}. Constants only, any thread.
 */
public final class RowLayout {
    /** i64: odd while the owner writes, even and at least 2 when the row is stable, 0 before there is a row. */
    public static final int SEQUENCE = 0;

    /** i32: version of what the floats mean; the embedder's number. */
    public static final int LAYOUT_VERSION = 8;

    /** i32: D, the number of floats. */
    public static final int DIMENSION = 12;

    /** i64: time of the last update in nanoseconds of the owner's clock. */
    public static final int UPDATED_NS = 16;

    /** i32: CRC32C of bytes 8 to the header's end, with this field taken as zero; the digest there covers the floats. */
    public static final int CRC32C = 24;

    /** i32: the owning shard. */
    public static final int OWNER = 28;

    /** i64: {@link Digest} of the floats, 0 for a row that was created and never updated. */
    public static final int DIGEST = 32;

    /** i64: the subject, which is also the key. */
    public static final int SUBJECT = 40;

    /** i32: {@link #MAGIC_VALUE}, which names this header's format. */
    public static final int MAGIC = 48;

    /** Length of the header in bytes; the floats begin here. */
    public static final int HEADER_LENGTH = 64;

    /** "TGR2" in file order. A change of the header's format changes the last letter. */
    public static final int MAGIC_VALUE = 0x3252_4754;

    /** What a row's address is a multiple of: a cache line, and the widest vector. */
    public static final int ALIGNMENT = 64;

    /** Sequence of a row that was created and never updated. */
    static final long FIRST_SEQUENCE = 2;

    /** First byte that the checksum covers; the header's last is its last. */
    static final int SEALED = 8;

    private RowLayout() {}

    /** Length of a row in bytes. */
    public static int length(final int dimension) {
        return HEADER_LENGTH + Float.BYTES * dimension;
    }
}
