package io.tagma.store;

/**
 * Turns a row as it lies in the map into the one of an archive block, and back, bit for bit: all fields that are not the same for
 * every row of a store. Owned by the shard's thread.
 */
final class RowImage {
    private static final int SEQUENCE = 8;
    private static final int UPDATED = 16;
    private static final int DIGEST = 24;
    private static final int CRC = 32;

    private final int layoutVersion;
    private final int dimension;
    private final int owner;

    RowImage(final ProfileStoreConfig config) {
        layoutVersion = config.layoutVersion();
        dimension = config.dimension();
        owner = config.owner();
    }

    void pack(final long row, final long packed) {
        Memory.putLong(packed, Memory.getLong(row + RowLayout.SUBJECT));
        Memory.putLong(packed + SEQUENCE, Memory.getLong(row + RowLayout.SEQUENCE));
        Memory.putLong(packed + UPDATED, Memory.getLong(row + RowLayout.UPDATED_NS));
        Memory.putLong(packed + DIGEST, Memory.getLong(row + RowLayout.DIGEST));
        Memory.putInt(packed + CRC, Memory.getInt(row + RowLayout.CRC32C));
        Memory.copy(row + RowLayout.HEADER_LENGTH, packed + ArchiveLayout.ROW_FIXED, (long) Float.BYTES * dimension);
    }

    void unpack(final long packed, final long row) {
        Memory.putLong(row + RowLayout.SEQUENCE, Memory.getLong(packed + SEQUENCE));
        Memory.putInt(row + RowLayout.LAYOUT_VERSION, layoutVersion);
        Memory.putInt(row + RowLayout.DIMENSION, dimension);
        Memory.putLong(row + RowLayout.UPDATED_NS, Memory.getLong(packed + UPDATED));
        Memory.putInt(row + RowLayout.CRC32C, Memory.getInt(packed + CRC));
        Memory.putInt(row + RowLayout.OWNER, owner);
        Memory.putLong(row + RowLayout.DIGEST, Memory.getLong(packed + DIGEST));
        Memory.putLong(row + RowLayout.SUBJECT, Memory.getLong(packed));
        Memory.putInt(row + RowLayout.MAGIC, RowLayout.MAGIC_VALUE);
        Memory.putInt(row + RowLayout.MAGIC + Integer.BYTES, 0);
        Memory.putLong(row + RowLayout.MAGIC + Long.BYTES, 0);
        Memory.copy(packed + ArchiveLayout.ROW_FIXED, row + RowLayout.HEADER_LENGTH, (long) Float.BYTES * dimension);
    }
}
