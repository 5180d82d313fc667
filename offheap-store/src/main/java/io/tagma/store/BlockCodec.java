package io.tagma.store;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Packs rows into an archive block and takes them out again, bit for bit. Owned by one thread: it has scratch space for one block.
 */
final class BlockCodec implements AutoCloseable {
    // Chosen by the table in the decision record on tiers.
    private static final int LEVEL = 1;

    private final int rowLength;
    private final ByteBuffer unpacked;
    private final ByteBuffer packed;
    private final long unpackedAddress;
    private final ZstdCompressCtx compressor = new ZstdCompressCtx();
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    private final CRC32C crc = new CRC32C();
    private int rows;

    BlockCodec(final int dimension) {
        rowLength = ArchiveLayout.rowLength(dimension);
        final int longest = rowLength * ArchiveLayout.rowsPerBlock(dimension);
        unpacked = ByteBuffer.allocateDirect(longest);
        packed = ByteBuffer.allocateDirect(packedMost(longest)).order(ByteOrder.LITTLE_ENDIAN);
        unpackedAddress = MemorySegment.ofBuffer(unpacked).address();
        compressor.setLevel(LEVEL);
        compressor.setChecksum(false);
        compressor.setContentSize(false);
    }

    /** Longest block of so many bytes unpacked, header included. */
    static int packedMost(final int unpackedLength) {
        return ArchiveLayout.BLOCK_HEADER + (int) Zstd.compressBound(unpackedLength);
    }

    /** Longest block of rows of a dimension. */
    static int packedMostOf(final int dimension) {
        return packedMost(ArchiveLayout.rowLength(dimension) * ArchiveLayout.rowsPerBlock(dimension));
    }

    /** Takes the rows that lie at {@code address}, one behind the other, as the unpacked block. */
    void load(final long address, final int count) {
        rows = count;
        Memory.copy(address, unpackedAddress, (long) count * rowLength);
    }

    /** Packs the unpacked block; what to write is then the first bytes of {@link #packed}. Returns how many. */
    int pack(final long segment, final int block) {
        final int length = rows * rowLength;
        final int room = packed.capacity() - ArchiveLayout.BLOCK_HEADER;
        final int compressed =
                compressor.compressDirectByteBuffer(packed, ArchiveLayout.BLOCK_HEADER, room, unpacked, 0, length);
        packed.putInt(0, ArchiveLayout.BLOCK_MAGIC)
                .putLong(ArchiveLayout.OF_SEGMENT, segment)
                .putInt(ArchiveLayout.BLOCK, block)
                .putInt(ArchiveLayout.ROWS, rows)
                .putInt(ArchiveLayout.PACKED, compressed)
                .putInt(ArchiveLayout.UNPACKED, length);
        final int total = ArchiveLayout.BLOCK_HEADER + compressed;
        packed.putInt(ArchiveLayout.CRC, checksum(total));
        return total;
    }

    /** Room for one block, to be written from or read into at position 0. */
    ByteBuffer packed() {
        return packed;
    }

    /**
     * Checks and unpacks the block in {@link #packed}.
     *
     * @return null, or what is wrong with it; allocates then alone
     */
    @Nullable
    String unpack(final int length, final long segment, final int block) {
        rows = 0;
        if (length < ArchiveLayout.BLOCK_HEADER || packed.getInt(0) != ArchiveLayout.BLOCK_MAGIC) {
            return "no block begins here";
        }
        if (packed.getInt(ArchiveLayout.CRC) != checksum(length)) {
            return "checksum differs";
        }
        if (packed.getLong(ArchiveLayout.OF_SEGMENT) != segment || packed.getInt(ArchiveLayout.BLOCK) != block) {
            return "block " + packed.getInt(ArchiveLayout.BLOCK) + " of segment "
                    + packed.getLong(ArchiveLayout.OF_SEGMENT) + " where block " + block + " of " + segment
                    + " belongs";
        }
        final int unpackedLength = packed.getInt(ArchiveLayout.UNPACKED);
        final int count = packed.getInt(ArchiveLayout.ROWS);
        if (packed.getInt(ArchiveLayout.PACKED) != length - ArchiveLayout.BLOCK_HEADER
                || unpackedLength > unpacked.capacity()
                || unpackedLength != count * rowLength) {
            return "rows of another length than the segment's";
        }
        try {
            final int got = decompressor.decompressDirectByteBuffer(
                    unpacked,
                    0,
                    unpackedLength,
                    packed,
                    ArchiveLayout.BLOCK_HEADER,
                    length - ArchiveLayout.BLOCK_HEADER);
            if (got != unpackedLength) {
                return "unpacks to " + got + " bytes where " + unpackedLength + " were packed";
            }
        } catch (final ZstdException e) {
            return "does not unpack: " + e.getMessage();
        }
        rows = count;
        return null;
    }

    /** Rows in the unpacked block. */
    int rows() {
        return rows;
    }

    long subject(final int row) {
        return Memory.getLong(address(row));
    }

    /** Where a row of the unpacked block lies, {@link ArchiveLayout#rowLength} bytes, until the next block comes. */
    long address(final int row) {
        return unpackedAddress + (long) row * rowLength;
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }

    private int checksum(final int length) {
        crc.reset();
        packed.limit(length).position(ArchiveLayout.SEALED);
        crc.update(packed);
        packed.clear();
        return (int) crc.getValue();
    }
}
