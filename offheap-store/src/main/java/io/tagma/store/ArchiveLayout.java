package io.tagma.store;

/**
 * Where things lie in a segment of the archive. Drawn in {@code docs/layouts/archive-segment.md}. Little-endian. Constants only,
 * any thread.
 */
final class ArchiveLayout {
    /** "TGA1" in file order, the first word of a segment. A change of the format changes the last letter. */
    static final int MAGIC = 0x3141_4754;

    /** i32 in a segment's header: D. */
    static final int DIMENSION = 4;

    /** i32: the rows' layout version. */
    static final int LAYOUT_VERSION = 8;

    /** i32: the owning shard. */
    static final int OWNER = 12;

    /** i64: the segment's number, also in its name. */
    static final int NUMBER = 16;

    /** i32: CRC32C of the header's bytes before it. */
    static final int HEADER_CRC = 60;

    /** Length of a segment's header; the first block follows. */
    static final int HEADER_LENGTH = 64;

    /** "TGAB": the first word of a block. */
    static final int BLOCK_MAGIC = 0x4241_4754;

    /** i32 in a block's and a footer's header: CRC32C of all bytes behind this word. */
    static final int CRC = 4;

    /** First byte that a block's or footer's checksum covers. */
    static final int SEALED = 8;

    /** i64 in a block's and a footer's header: number of the segment. */
    static final int OF_SEGMENT = 8;

    /** i32 in a block: its number in the segment. In the footer: how many there are. */
    static final int BLOCK = 16;

    /** i32: rows in the block. */
    static final int ROWS = 20;

    /** i32: length of what follows the block's header, compressed. */
    static final int PACKED = 24;

    /** i32: length of the same, unpacked. */
    static final int UNPACKED = 28;

    /** Length of a block's header. */
    static final int BLOCK_HEADER = 32;

    /** "TGAF": the first word of the footer, which has each block's offset as i32 behind {@link #FOOTER_HEADER} bytes. */
    static final int FOOTER_MAGIC = 0x4641_4754;

    /** Length of the footer's header. */
    static final int FOOTER_HEADER = 24;

    /** "TGAE": the file's last word. The one before it is the footer's offset. */
    static final int END_MAGIC = 0x4541_4754;

    /** Length of the two words at the end. */
    static final int END_LENGTH = 8;

    /** Bytes of a row in a block beside its floats: subject, sequence, updated, digest, checksum. */
    static final int ROW_FIXED = 36;

    /** Most rows of a block, one bit each. */
    static final int MOST_ROWS = Long.SIZE;

    /** What a block is kept below, unpacked, unless one row alone is longer. */
    static final int MOST_UNPACKED = 8 << 10;

    /** Most blocks of a segment: 14 bits of a location. */
    static final int MOST_BLOCKS = 1 << 14;

    /** How a whole segment's file ends; one that is being written ends in {@link #OPEN}. */
    static final String SUFFIX = ".tga";

    static final String OPEN = ".open";

    private ArchiveLayout() {}

    /** Length of a row in an unpacked block. */
    static int rowLength(final int dimension) {
        return ROW_FIXED + Float.BYTES * dimension;
    }

    /** Rows of a full block. */
    static int rowsPerBlock(final int dimension) {
        return Math.clamp(MOST_UNPACKED / rowLength(dimension), 1, MOST_ROWS);
    }
}
