package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one snapshot in the order in which it was written. Owned by one thread. Every block is checked before a value of it is
 * handed out; {@link #verify} checks the whole file first, for who must not begin with half a state.
 */
public final class SnapshotReader implements AutoCloseable {
    private static final int MOST_TEXT = 1 << 20;
    private static final String DAMAGED = " is damaged: ";

    private final Path file;
    private final ReadableByteChannel channel;
    private long position;
    private final ByteBuffer block = ByteBuffer.allocateDirect(
                    SnapshotLayout.BLOCK_HEADER_LENGTH + SnapshotLayout.BLOCK_LENGTH)
            .order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private final SnapshotInfo info;
    private int blocks;
    private boolean ended;

    private SnapshotReader(final Path file, final ReadableByteChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.info = header();
        block.limit(0);
    }

    /**
     * Opens a snapshot at its first value.
     *
     * @throws StoreException when it is missing, of another kind or version, or its header is damaged
     */
    public static SnapshotReader open(final Path file) {
        try {
            final FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new SnapshotReader(file, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(file + " cannot be read: " + e, e);
        }
    }

    /**
     * Reads the bytes of a snapshot from a channel that is not closed here: every block is checked before a value of it is handed
     * out, but blocks behind it may yet be damaged.
     *
     * @param name of the channel in messages
     * @throws StoreException when it is of another kind or version, or its header is damaged
     */
    public static SnapshotReader from(final Path name, final ReadableByteChannel channel) {
        try {
            return new SnapshotReader(name, channel);
        } catch (IOException e) {
            throw new StoreException(name + " cannot be read: " + e, e);
        }
    }

    /**
     * Checks every byte of a snapshot.
     *
     * @return null when it is whole, else the first block that is not
     */
    public static @Nullable Damage verify(final Path file) {
        try (SnapshotReader reader = open(file)) {
            long offset = reader.position;
            try {
                while (!reader.ended) {
                    offset = reader.position;
                    reader.load();
                }
                return reader.position == Files.size(file)
                        ? null
                        : new Damage(reader.blocks, file.toString(), reader.position, "bytes behind the last block");
            } catch (StoreException e) {
                return new Damage(reader.blocks, file.toString(), offset, String.valueOf(e.getMessage()));
            }
        } catch (StoreException | IOException e) {
            return new Damage(0, file.toString(), 0, String.valueOf(e.getMessage()));
        }
    }

    private SnapshotInfo header() throws IOException {
        final ByteBuffer header =
                ByteBuffer.allocate(SnapshotLayout.HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        read(header);
        if (header.getInt(SnapshotLayout.MAGIC) != SnapshotLayout.MAGIC_VALUE) {
            throw new StoreException(file + " is no snapshot: it begins with 0x"
                    + Integer.toHexString(header.getInt(SnapshotLayout.MAGIC)));
        }
        if (header.getInt(SnapshotLayout.VERSION) != SnapshotLayout.VERSION_VALUE) {
            throw new StoreException(file + " is a snapshot of version " + header.getInt(SnapshotLayout.VERSION)
                    + ", this version reads " + SnapshotLayout.VERSION_VALUE);
        }
        crc.reset();
        crc.update(header.array(), 0, SnapshotLayout.HEADER_CRC32C);
        if ((int) crc.getValue() != header.getInt(SnapshotLayout.HEADER_CRC32C)) {
            throw new StoreException(file + DAMAGED + "its header does not agree with its checksum");
        }
        return new SnapshotInfo(
                file,
                header.getInt(SnapshotLayout.SHARD),
                header.getLong(SnapshotLayout.SEQUENCE),
                header.getLong(SnapshotLayout.STATE_HASH),
                header.getLong(SnapshotLayout.TIME_NS));
    }

    /** What the header says. */
    public SnapshotInfo info() {
        return info;
    }

    /**
     * Reads a mark.
     *
     * @throws StoreException when another value is there: the snapshot is of a state of another shape
     */
    public void expect(final int number) {
        final int found = getInt();
        if (found != ~number) {
            throw new StoreException(file + " holds a state of another shape: part " + ~found + " where part " + number
                    + " is expected. It was written by another version or with another configuration.");
        }
    }

    /** Reads 4 bytes. */
    public int getInt() {
        return values(Integer.BYTES).getInt();
    }

    /** Reads 8 bytes. */
    public long getLong() {
        return values(Long.BYTES).getLong();
    }

    /** Reads the bits of a float. */
    public float getFloat() {
        return Float.intBitsToFloat(getInt());
    }

    /** Reads a run of floats. */
    public void getFloats(final float[] target, final int offset, final int length) {
        for (int i = offset; i < offset + length; i++) {
            target[i] = getFloat();
        }
    }

    /** Reads a run of longs. */
    public void getLongs(final long[] target, final int offset, final int length) {
        for (int i = offset; i < offset + length; i++) {
            target[i] = getLong();
        }
    }

    /** Reads a run of ints. */
    public void getInts(final int[] target, final int offset, final int length) {
        for (int i = offset; i < offset + length; i++) {
            target[i] = getInt();
        }
    }

    /** Reads a run of bytes. */
    public void getBytes(final byte[] target, final int offset, final int length) {
        int to = offset;
        while (to < offset + length) {
            final int n = Math.min(values(1).remaining(), offset + length - to);
            block.get(target, to, n);
            to += n;
        }
    }

    /**
     * Reads a text and its length.
     *
     * @throws StoreException when the length is none, or above 1 MiB: the snapshot is of a state of another shape
     */
    public String getText() {
        final int length = getInt();
        if (length < 0 || length > MOST_TEXT) {
            throw new StoreException(file + " holds a state of another shape: a text of " + length
                    + " bytes. It was written by another version or with another configuration.");
        }
        final byte[] bytes = new byte[length];
        getBytes(bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads {@code length} bytes, a multiple of 4, to an address. */
    public void getMemory(final long address, final long length) {
        for (long i = 0; i < length; i += Integer.BYTES) {
            Memory.putInt(address + i, getInt());
        }
    }

    /** Closes the file. Idempotent. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException(file + " cannot be closed: " + e, e);
        }
    }

    // A value never lies across two blocks: the writer begins the next one when there is no room.
    private ByteBuffer values(final int bytes) {
        if (block.remaining() < bytes) {
            load();
            if (block.remaining() < bytes) {
                throw new StoreException(file + DAMAGED + "it ends before its last value");
            }
        }
        return block;
    }

    private void load() {
        if (ended) {
            throw new StoreException(file + DAMAGED + "it ends before its last value");
        }
        try {
            block.clear().limit(SnapshotLayout.BLOCK_HEADER_LENGTH);
            read(block);
            final int length = block.getInt(0);
            if (length < 0 || length > SnapshotLayout.BLOCK_LENGTH || block.getInt(4) != blocks) {
                throw new StoreException(file + DAMAGED + "no header of block " + blocks);
            }
            block.limit(SnapshotLayout.BLOCK_HEADER_LENGTH + length);
            read(block);
            if (checksum(crc, block, length) != block.getInt(8)) {
                throw new StoreException(file + DAMAGED + "block " + blocks + " does not agree with its checksum");
            }
            block.position(SnapshotLayout.BLOCK_HEADER_LENGTH);
            blocks++;
            ended = length == 0;
        } catch (IOException e) {
            throw new StoreException(file + " cannot be read: " + e, e);
        }
    }

    private void read(final ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            final int n = channel.read(target);
            position += Math.max(n, 0);
            if (n < 0) {
                throw new StoreException(file + DAMAGED + "it was cut at byte " + position);
            }
        }
    }

    /** Of a block's length, number and payload, which lie in {@code block} as they do in the file. Leaves position and limit. */
    static int checksum(final CRC32C crc, final ByteBuffer block, final int length) {
        crc.reset();
        crc.update(block.slice(0, 2 * Integer.BYTES));
        crc.update(block.slice(SnapshotLayout.BLOCK_HEADER_LENGTH, length));
        return (int) crc.getValue();
    }
}
