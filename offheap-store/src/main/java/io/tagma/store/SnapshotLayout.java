package io.tagma.store;

/**
 * Where things lie in a snapshot file: a header and blocks, each with a checksum of its own. Drawn in {@code
 * docs/layouts/snapshot.md}. Constants only, any thread.
 */
final class SnapshotLayout {
    /** "TGS1" in file order. */
    static final int MAGIC_VALUE = 0x3153_4754;

    static final int MAGIC = 0;
    static final int VERSION = 4;
    static final int SHARD = 8;
    static final int SEQUENCE = 16;
    static final int STATE_HASH = 24;
    static final int TIME_NS = 32;
    static final int HEADER_CRC32C = 60;
    static final int HEADER_LENGTH = 64;

    static final int VERSION_VALUE = 1;

    /** Before each block: its payload's length (0 ends the file), its number from 0, and the CRC32C of both and the payload. */
    static final int BLOCK_HEADER_LENGTH = 12;

    static final int BLOCK_LENGTH = 1 << 20;

    private SnapshotLayout() {}
}
