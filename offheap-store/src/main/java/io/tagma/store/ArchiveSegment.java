package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One file of the archive: blocks appended until it is sealed, and then none. Says which rows are still the subjects' own. Owned by
 * the shard's thread. Written under a name of its own and renamed when it is whole, so that what was cut short shows.
 */
final class ArchiveSegment implements AutoCloseable {
    private final long number;
    private final Path whole;
    private final FileChannel channel;
    private final int[] offsets;
    private final long[] live;
    private Path file;
    private int blocks;
    private int length = ArchiveLayout.HEADER_LENGTH;
    private int rows;
    private int liveRows;
    private boolean unmovable;

    private ArchiveSegment(
            final long number, final Path whole, final Path file, final FileChannel channel, final int most) {
        this.number = number;
        this.whole = whole;
        this.file = file;
        this.channel = channel;
        offsets = new int[most + 1];
        offsets[0] = length;
        live = new long[most];
    }

    static ArchiveSegment create(
            final Path directory, final long number, final ProfileStoreConfig config, final int mostBlocks) {
        final String name = String.format(Locale.ROOT, "segment-%08d", number);
        final Path file = directory.resolve(name + ArchiveLayout.OPEN);
        OwnerOnly.file(file);
        try {
            final FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            final ByteBuffer header = buffer(ArchiveLayout.HEADER_LENGTH);
            header.putInt(0, ArchiveLayout.MAGIC)
                    .putInt(ArchiveLayout.DIMENSION, config.dimension())
                    .putInt(ArchiveLayout.LAYOUT_VERSION, config.layoutVersion())
                    .putInt(ArchiveLayout.OWNER, config.owner())
                    .putLong(ArchiveLayout.NUMBER, number);
            header.putInt(ArchiveLayout.HEADER_CRC, crc(header, 0, ArchiveLayout.HEADER_CRC));
            writeAll(channel, header, 0);
            return new ArchiveSegment(
                    number, directory.resolve(name + ArchiveLayout.SUFFIX), file, channel, mostBlocks);
        } catch (final IOException e) {
            throw failed(file, e);
        }
    }

    /** Bytes of a file beside its blocks. */
    static int overhead(final int mostBlocks) {
        return ArchiveLayout.HEADER_LENGTH
                + ArchiveLayout.FOOTER_HEADER
                + Integer.BYTES * mostBlocks
                + ArchiveLayout.END_LENGTH;
    }

    /** Memory that a segment's tables take. */
    static int tableBytes(final int mostBlocks) {
        return (Integer.BYTES + Long.BYTES) * mostBlocks + Integer.BYTES;
    }

    /** Appends the block of {@code count} rows in {@code packed}. */
    void append(final ByteBuffer packed, final int bytes, final int count) {
        packed.limit(bytes).position(0);
        try {
            writeAll(channel, packed, length);
        } catch (final IOException e) {
            throw failed(file, e);
        } finally {
            packed.clear();
        }
        live[blocks] = -1L >>> (Long.SIZE - count);
        length += bytes;
        blocks++;
        offsets[blocks] = length;
        rows += count;
        liveRows += count;
    }

    /** Writes the footer and gives the file its name. Returns what the file grew by. */
    int seal() {
        final int footerLength = ArchiveLayout.FOOTER_HEADER + Integer.BYTES * blocks;
        final ByteBuffer footer = buffer(footerLength + ArchiveLayout.END_LENGTH);
        footer.putInt(0, ArchiveLayout.FOOTER_MAGIC)
                .putLong(ArchiveLayout.OF_SEGMENT, number)
                .putInt(ArchiveLayout.BLOCK, blocks);
        for (int i = 0; i < blocks; i++) {
            footer.putInt(ArchiveLayout.FOOTER_HEADER + Integer.BYTES * i, offsets[i]);
        }
        footer.putInt(ArchiveLayout.CRC, crc(footer, ArchiveLayout.SEALED, footerLength));
        footer.putInt(footerLength, length).putInt(footerLength + Integer.BYTES, ArchiveLayout.END_MAGIC);
        try {
            writeAll(channel, footer, length);
            Files.move(file, whole, StandardCopyOption.ATOMIC_MOVE);
        } catch (final IOException e) {
            throw failed(file, e);
        }
        file = whole;
        return footer.capacity();
    }

    /** Reads a block into {@code packed}; how many bytes it is, fewer than {@link #lengthOf} when the file was cut. */
    int read(final int block, final ByteBuffer packed) {
        packed.limit(lengthOf(block)).position(0);
        try {
            while (packed.hasRemaining()) {
                if (channel.read(packed, offsets[block] + (long) packed.position()) < 0) {
                    break;
                }
            }
            return packed.position();
        } catch (final IOException e) {
            throw failed(file, e);
        } finally {
            packed.clear();
        }
    }

    int lengthOf(final int block) {
        return offsets[block + 1] - offsets[block];
    }

    int offset(final int block) {
        return offsets[block];
    }

    boolean isLive(final int block, final int row) {
        return (live[block] >>> row & 1) != 0;
    }

    /** Whether all rows of a block have moved on. */
    boolean isDead(final int block) {
        return live[block] == 0;
    }

    /** The row is not this block's any more. */
    void drop(final int block, final int row) {
        live[block] &= ~(1L << row);
        liveRows--;
    }

    /** Its rows cannot be read, so the file has to stay. */
    void keep() {
        unmovable = true;
    }

    boolean isMovable() {
        return !unmovable;
    }

    long number() {
        return number;
    }

    Path file() {
        return file;
    }

    int blocks() {
        return blocks;
    }

    int length() {
        return length;
    }

    int rows() {
        return rows;
    }

    int liveRows() {
        return liveRows;
    }

    /** Closes and deletes the file. */
    void delete() {
        close();
        try {
            Files.deleteIfExists(file);
        } catch (final IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw failed(file, e);
        }
    }

    static int crc(final ByteBuffer bytes, final int from, final int to) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }

    private static ByteBuffer buffer(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void writeAll(final FileChannel channel, final ByteBuffer bytes, final long at) throws IOException {
        final int from = bytes.position();
        while (bytes.hasRemaining()) {
            channel.write(bytes, at + bytes.position() - from);
        }
    }

    private static StoreException failed(final Path file, final IOException e) {
        return new StoreException(
                file + " cannot be used: " + e + ". The archive is a view of the journal: see to the disk and launch"
                        + " the engine again.",
                e);
    }
}
