package io.tagma.store;

/**
 * Where things lie in an integrity sidecar: a 64-byte header and one entry for each group of blocks that is not all zero, in
 * the groups' order, all little-endian. Drawn in {@code docs/layouts/integrity.md}. Constants only, any thread.
 */
final class IntegrityLayout {
    /** Bytes that one checksum covers. The last block of a file is taken as filled up with zeros. */
    static final int BLOCK = 4096;

    /** Blocks that one parity block covers: one of them can be computed from the others. */
    static final int GROUP_BLOCKS = 16;

    /** Bytes of a group. */
    static final int GROUP = BLOCK * GROUP_BLOCKS;

    /** u32: "TGI1" in file order. */
    static final int MAGIC = 0;

    static final int MAGIC_VALUE = 0x3149_4754;

    /** u32: {@link #VERSION_VALUE}. */
    static final int VERSION = 4;

    static final int VERSION_VALUE = 1;

    /** i64: length of the data file in bytes. */
    static final int SIZE = 8;

    /** i64: when the data file was last changed, epoch nanoseconds as the file system tells. */
    static final int MODIFIED_NS = 16;

    /** i64: entries that follow. */
    static final int ENTRIES = 24;

    /** u32: CRC32C of the header up to here. */
    static final int HEADER_CRC32C = 60;

    static final int HEADER_LENGTH = 64;

    /** In an entry, i64: number of the group, from 0. */
    static final int GROUP_NUMBER = 0;

    /** In an entry, 16 u32: CRC32C of each block. */
    static final int BLOCK_CRCS = 8;

    /** In an entry, u32: CRC32C of number and block checksums. */
    static final int SUMS_CRC32C = BLOCK_CRCS + Integer.BYTES * GROUP_BLOCKS;

    /** In an entry, u32: CRC32C of the parity block. It has its own, so that damage to it leaves the checksums good. */
    static final int PARITY_CRC32C = SUMS_CRC32C + Integer.BYTES;

    /** In an entry, {@link #BLOCK} bytes: the exclusive or of the group's blocks. */
    static final int PARITY = PARITY_CRC32C + Integer.BYTES;

    static final int ENTRY_LENGTH = PARITY + BLOCK;

    private IntegrityLayout() {}
}
