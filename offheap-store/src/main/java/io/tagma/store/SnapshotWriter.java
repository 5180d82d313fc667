package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes one snapshot: a stream of values in checksummed blocks of 1 MiB. Owned by one thread.
 *
 * <p>The file is written aside, forced to the disk and renamed by {@link #commit}: under its name there is a whole snapshot or
 * none, whenever the process dies. Closed without a commit, it leaves nothing.
 */
public final class SnapshotWriter implements AutoCloseable {
    private final Path file;
    private final Path aside;
    private final WritableByteChannel channel;
    private final @Nullable FileChannel disk;
    private final ByteBuffer block = ByteBuffer.allocateDirect(
                    SnapshotLayout.BLOCK_HEADER_LENGTH + SnapshotLayout.BLOCK_LENGTH)
            .order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private final SnapshotInfo info;
    private int blocks;
    private boolean done;

    /**
     * Begins a snapshot.
     *
     * @param info what the header will say; {@code info.file()} is where the snapshot goes
     * @throws StoreException when the file cannot be made
     */
    public SnapshotWriter(final SnapshotInfo info) {
        this.info = info;
        this.file = info.file();
        this.aside = SnapshotFiles.aside(file);
        try {
            Files.deleteIfExists(aside);
            OwnerOnly.file(aside);
            disk = FileChannel.open(aside, StandardOpenOption.WRITE);
            channel = disk;
            writeHeader();
        } catch (IOException e) {
            throw new StoreException(aside + " cannot be written: " + e, e);
        }
        block.position(SnapshotLayout.BLOCK_HEADER_LENGTH);
    }

    private SnapshotWriter(final SnapshotInfo info, final WritableByteChannel channel) {
        this.info = info;
        this.file = info.file();
        this.aside = file;
        this.channel = channel;
        this.disk = null;
        try {
            writeHeader();
        } catch (IOException e) {
            throw new StoreException(file + " cannot be written: " + e, e);
        }
        block.position(SnapshotLayout.BLOCK_HEADER_LENGTH);
    }

    /**
     * Writes the bytes of a snapshot to a channel; what becomes of them is the channel's matter.
     *
     * @param info what the header will say; {@code info.file()} names the channel in messages
     */
    public static SnapshotWriter to(final SnapshotInfo info, final WritableByteChannel channel) {
        return new SnapshotWriter(info, channel);
    }

    /**
     * After {@link #commit}: begins another snapshot with the same header on the same channel, in the same buffer.
     *
     * @throws IllegalStateException when the snapshot is a file, which is written once
     */
    public SnapshotWriter again() {
        if (disk != null) {
            throw new IllegalStateException(file + " is a file: it is written once");
        }
        blocks = 0;
        block.clear().position(SnapshotLayout.BLOCK_HEADER_LENGTH);
        try {
            crc.reset();
            writeHeader();
        } catch (IOException e) {
            throw new StoreException(file + " cannot be written: " + e, e);
        }
        return this;
    }

    private void writeHeader() throws IOException {
        final ByteBuffer header =
                ByteBuffer.allocate(SnapshotLayout.HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(SnapshotLayout.MAGIC, SnapshotLayout.MAGIC_VALUE)
                .putInt(SnapshotLayout.VERSION, SnapshotLayout.VERSION_VALUE)
                .putInt(SnapshotLayout.SHARD, info.shard())
                .putLong(SnapshotLayout.SEQUENCE, info.sequence())
                .putLong(SnapshotLayout.STATE_HASH, info.stateHash())
                .putLong(SnapshotLayout.TIME_NS, info.timeNs());
        crc.update(header.array(), 0, SnapshotLayout.HEADER_CRC32C);
        header.putInt(SnapshotLayout.HEADER_CRC32C, (int) crc.getValue());
        write(header);
    }

    /** Writes a mark that {@link SnapshotReader#expect} must find in the same place. */
    public void mark(final int number) {
        putInt(~number);
    }

    /** Writes 4 bytes. */
    public void putInt(final int value) {
        room(Integer.BYTES).putInt(value);
    }

    /** Writes 8 bytes. */
    public void putLong(final long value) {
        room(Long.BYTES).putLong(value);
    }

    /** Writes the bits of a float. */
    public void putFloat(final float value) {
        room(Float.BYTES).putInt(Float.floatToRawIntBits(value));
    }

    /** Writes a run of floats, bit for bit, without its length. */
    public void putFloats(final float[] values, final int offset, final int length) {
        for (int i = offset; i < offset + length; i++) {
            putFloat(values[i]);
        }
    }

    /** Writes a run of longs without its length. */
    public void putLongs(final long[] values, final int offset, final int length) {
        for (int i = offset; i < offset + length; i++) {
            putLong(values[i]);
        }
    }

    /** Writes a run of ints without its length. */
    public void putInts(final int[] values, final int offset, final int length) {
        for (int i = offset; i < offset + length; i++) {
            putInt(values[i]);
        }
    }

    /** Writes a run of bytes without its length. */
    public void putBytes(final byte[] values, final int offset, final int length) {
        int from = offset;
        while (from < offset + length) {
            final int n = Math.min(room(1).remaining(), offset + length - from);
            block.put(values, from, n);
            from += n;
        }
    }

    /** Writes a text and its length, as UTF-8. */
    public void putText(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putInt(bytes.length);
        putBytes(bytes, 0, bytes.length);
    }

    /** Writes {@code length} bytes of memory, a multiple of 4, that lie at an address. */
    public void putMemory(final long address, final long length) {
        for (long i = 0; i < length; i += Integer.BYTES) {
            putInt(Memory.getInt(address + i));
        }
    }

    /**
     * Ends the snapshot and, where it is a file, gives it its name.
     *
     * @throws StoreException when the disk refuses; the snapshot is then not there
     */
    public void commit() {
        try {
            if (block.position() > SnapshotLayout.BLOCK_HEADER_LENGTH) {
                flush();
            }
            flush(); // an empty block is the end
            done = disk == null;
            if (disk == null) {
                return;
            }
            disk.force(true);
            disk.close();
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            done = true;
            SnapshotFiles.force(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new StoreException(file + " cannot be written: " + e, e);
        }
    }

    /** Drops what was not committed. Idempotent. */
    @Override
    public void close() {
        try {
            if (disk != null) {
                disk.close();
                if (!done) {
                    Files.deleteIfExists(aside);
                }
            }
        } catch (IOException e) {
            throw new StoreException(aside + " cannot be removed: " + e, e);
        }
    }

    private ByteBuffer room(final int bytes) {
        if (block.remaining() < bytes) {
            try {
                flush();
            } catch (IOException e) {
                throw new StoreException(aside + " cannot be written: " + e, e);
            }
        }
        return block;
    }

    private void flush() throws IOException {
        final int length = block.position() - SnapshotLayout.BLOCK_HEADER_LENGTH;
        block.flip();
        block.putInt(0, length).putInt(4, blocks++);
        block.putInt(8, SnapshotReader.checksum(crc, block, length));
        write(block);
        block.clear().position(SnapshotLayout.BLOCK_HEADER_LENGTH);
    }

    private void write(final ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
