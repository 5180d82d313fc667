package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads every byte of a shard's archive and names what does not agree with its checksum. Owned by one thread, of any process: it
 * only reads, and a segment that the owner deletes meanwhile is left out.
 *
 * <p>A segment that is still being written is checked as far as whole blocks go; what follows the last of them is no damage.
 */
public final class ArchiveCheck {
    private static final int MOST_DIMENSION = Digest.MAX_FLOATS;

    private final Consumer<Damage> found;
    private long blocks;
    private long rows;

    /** A check that hands each damaged place to {@code found}; its index is the block's number in the file. */
    public ArchiveCheck(final Consumer<Damage> found) {
        this.found = found;
    }

    /**
     * Checks all segments in a directory, in order of their names; one that is missing has none.
     *
     * @throws StoreException when the directory cannot be read
     */
    public void directory(final Path directory) {
        final List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "segment-*")) {
            entries.forEach(files::add);
        } catch (final NoSuchFileException e) {
            return;
        } catch (final IOException e) {
            throw new StoreException(directory + " cannot be read: " + e, e);
        }
        files.stream().sorted().forEach(this::file);
    }

    /** Checks one segment, under its later name when the owner has given it that meanwhile. */
    public void file(final Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            check(file, channel);
        } catch (final NoSuchFileException e) {
            final String name = String.valueOf(file.getFileName());
            if (name.endsWith(ArchiveLayout.OPEN)) {
                file(file.resolveSibling(name.replace(ArchiveLayout.OPEN, ArchiveLayout.SUFFIX)));
            } // else the owner has compacted it
        } catch (final IOException e) {
            damaged(file, -1, -1, "cannot be read: " + e);
        }
    }

    /** Blocks that are whole. */
    public long blocks() {
        return blocks;
    }

    /** Rows in them, those included that have moved on since. */
    public long rows() {
        return rows;
    }

    private void check(final Path file, final FileChannel channel) throws IOException {
        final boolean open = file.toString().endsWith(ArchiveLayout.OPEN);
        final ByteBuffer header = read(channel, 0, ArchiveLayout.HEADER_LENGTH);
        if (open && header.limit() < ArchiveLayout.HEADER_LENGTH) {
            return;
        }
        if (header.limit() < ArchiveLayout.HEADER_LENGTH
                || header.getInt(0) != ArchiveLayout.MAGIC
                || header.getInt(ArchiveLayout.HEADER_CRC) != ArchiveSegment.crc(header, 0, ArchiveLayout.HEADER_CRC)) {
            damaged(file, -1, 0, "the segment's header disagrees with its checksum");
            return;
        }
        final int dimension = header.getInt(ArchiveLayout.DIMENSION);
        if (dimension < 1 || dimension > MOST_DIMENSION) {
            damaged(file, -1, ArchiveLayout.DIMENSION, "rows of " + dimension + " floats");
            return;
        }
        final long number = header.getLong(ArchiveLayout.NUMBER);
        try (BlockCodec codec = new BlockCodec(dimension)) {
            if (open) {
                openBlocks(file, channel, number, codec);
            } else {
                sealedBlocks(file, channel, number, codec);
            }
        }
    }

    private void openBlocks(final Path file, final FileChannel channel, final long number, final BlockCodec codec)
            throws IOException {
        long offset = ArchiveLayout.HEADER_LENGTH;
        for (int block = 0; ; block++) {
            final ByteBuffer header = read(channel, offset, ArchiveLayout.BLOCK_HEADER);
            if (header.limit() < ArchiveLayout.BLOCK_HEADER || header.getInt(0) == ArchiveLayout.FOOTER_MAGIC) {
                return;
            }
            final long length = ArchiveLayout.BLOCK_HEADER + (long) header.getInt(ArchiveLayout.PACKED);
            if (offset + length > channel.size()) {
                return;
            }
            if (!block(file, channel, offset, length, number, block, codec)) {
                return; // where the next one begins is not known
            }
            offset += length;
        }
    }

    private void sealedBlocks(final Path file, final FileChannel channel, final long number, final BlockCodec codec)
            throws IOException {
        final long size = channel.size();
        final ByteBuffer end = read(channel, size - ArchiveLayout.END_LENGTH, ArchiveLayout.END_LENGTH);
        final long footerAt = end.limit() < ArchiveLayout.END_LENGTH ? -1 : end.getInt(0);
        final long footerLength = size - ArchiveLayout.END_LENGTH - footerAt;
        if (footerAt < ArchiveLayout.HEADER_LENGTH
                || footerLength < ArchiveLayout.FOOTER_HEADER
                || footerLength > ArchiveLayout.FOOTER_HEADER + (long) Integer.BYTES * ArchiveLayout.MOST_BLOCKS
                || end.getInt(Integer.BYTES) != ArchiveLayout.END_MAGIC) {
            damaged(file, -1, Math.max(0, size - ArchiveLayout.END_LENGTH), "the segment's end is not one");
            openBlocks(file, channel, number, codec);
            return;
        }
        final ByteBuffer footer = read(channel, footerAt, (int) footerLength);
        final int count = footer.getInt(ArchiveLayout.BLOCK);
        if (footer.getInt(0) != ArchiveLayout.FOOTER_MAGIC
                || footer.getInt(ArchiveLayout.CRC) != ArchiveSegment.crc(footer, ArchiveLayout.SEALED, footer.limit())
                || footer.getLong(ArchiveLayout.OF_SEGMENT) != number
                || footerLength != ArchiveLayout.FOOTER_HEADER + (long) Integer.BYTES * count) {
            damaged(file, -1, footerAt, "the segment's footer disagrees with its checksum");
            openBlocks(file, channel, number, codec);
            return;
        }
        for (int block = 0; block < count; block++) {
            final long from = footer.getInt(ArchiveLayout.FOOTER_HEADER + Integer.BYTES * block);
            final long to = block + 1 == count
                    ? footerAt
                    : footer.getInt(ArchiveLayout.FOOTER_HEADER + Integer.BYTES * (block + 1));
            block(file, channel, from, to - from, number, block, codec);
        }
    }

    private boolean block(
            final Path file,
            final FileChannel channel,
            final long offset,
            final long length,
            final long number,
            final int block,
            final BlockCodec codec)
            throws IOException {
        String wrong = "a block of " + length + " bytes";
        if (length >= ArchiveLayout.BLOCK_HEADER && length <= codec.packed().capacity()) {
            codec.packed().put(0, read(channel, offset, (int) length), 0, (int) length);
            wrong = codec.unpack((int) length, number, block);
        }
        if (wrong != null) {
            damaged(file, block, offset, wrong);
            return false;
        }
        blocks++;
        rows += codec.rows();
        return true;
    }

    private void damaged(final Path file, final int block, final long offset, final String reason) {
        found.accept(new Damage(block, file.toString(), offset, reason));
    }

    /** Reads so many bytes, fewer where the file ends; the buffer's limit says how many. */
    private static ByteBuffer read(final FileChannel channel, final long from, final int length) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (from >= 0 && bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                break;
            }
        }
        return bytes.flip();
    }
}
