package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The bytes of one group of a file's blocks, and what is computed of them. Owned by one thread. */
final class BlockGroup {
    private static final byte UNREADABLE = (byte) 0xa5;
    private static final byte[] ZEROS = new byte[IntegrityLayout.BLOCK];

    private final byte[] bytes = new byte[IntegrityLayout.GROUP];
    private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private int unreadable;

    /** Reads a group; behind the file's end there are zeros. */
    void read(final FileChannel file, final long group) throws IOException {
        view.clear();
        final long start = group * IntegrityLayout.GROUP;
        FileReads.fill(file, view, start);
        Arrays.fill(bytes, view.position(), bytes.length, (byte) 0);
    }

    /** The same, but blocks that the disk does not give back are filled with something that is not theirs, and remembered. */
    void readWhatCan(final FileChannel file, final long group) {
        unreadable = 0;
        try {
            read(file, group);
        } catch (IOException e) {
            for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
                readBlock(file, group, block);
            }
        }
    }

    private void readBlock(final FileChannel file, final long group, final int block) {
        final int start = block * IntegrityLayout.BLOCK;
        final int end = start + IntegrityLayout.BLOCK;
        view.clear().limit(end).position(start);
        try {
            FileReads.fill(file, view, group * IntegrityLayout.GROUP);
            Arrays.fill(bytes, view.position(), end, (byte) 0);
        } catch (IOException e) {
            Arrays.fill(bytes, start, end, UNREADABLE);
            unreadable |= 1 << block;
        }
    }

    /** Whether the disk did not give that block back. */
    boolean isUnreadable(final int block) {
        return (unreadable & 1 << block) != 0;
    }

    boolean isZero() {
        for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
            if (!isZero(block)) {
                return false;
            }
        }
        return true;
    }

    boolean isZero(final int block) {
        final int start = block * IntegrityLayout.BLOCK;
        for (int at = start; at < start + IntegrityLayout.BLOCK; at += Long.BYTES) {
            if (view.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }

    int checksum(final int block) {
        crc.reset();
        crc.update(bytes, block * IntegrityLayout.BLOCK, IntegrityLayout.BLOCK);
        return (int) crc.getValue();
    }

    /** The checksum that a block would have if all behind its first bytes were zero. */
    int checksumOfFirst(final int block, final int length) {
        crc.reset();
        crc.update(bytes, block * IntegrityLayout.BLOCK, length);
        crc.update(ZEROS, 0, IntegrityLayout.BLOCK - length);
        return (int) crc.getValue();
    }

    /** The exclusive or of all blocks but one, into {@code target} from {@code offset}; of all with {@code without} -1. */
    void parity(final int without, final ByteBuffer target, final int offset) {
        for (int at = 0; at < IntegrityLayout.BLOCK; at += Long.BYTES) {
            long sum = 0;
            for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
                sum ^= block == without ? 0 : view.getLong(block * IntegrityLayout.BLOCK + at);
            }
            target.putLong(offset + at, sum);
        }
    }

    /** Whether a parity block is that of these blocks. */
    boolean agrees(final ByteBuffer parity, final int offset) {
        for (int at = 0; at < IntegrityLayout.BLOCK; at += Long.BYTES) {
            long sum = parity.getLong(offset + at);
            for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
                sum ^= view.getLong(block * IntegrityLayout.BLOCK + at);
            }
            if (sum != 0) {
                return false;
            }
        }
        return true;
    }

    /** Makes a lost block what the others and the parity say it was. */
    void restore(final int block, final ByteBuffer parity, final int offset) {
        parity(block, view, block * IntegrityLayout.BLOCK);
        for (int at = 0; at < IntegrityLayout.BLOCK; at += Long.BYTES) {
            final int own = block * IntegrityLayout.BLOCK + at;
            view.putLong(own, view.getLong(own) ^ parity.getLong(offset + at));
        }
    }

    /** Whether some bytes of a block are those of another group's. */
    boolean equals(final BlockGroup other, final int block, final int from, final int to) {
        final int start = block * IntegrityLayout.BLOCK;
        return Arrays.equals(bytes, start + from, start + to, other.bytes, start + from, start + to);
    }

    /** Takes one block from another group. */
    void take(final int block, final BlockGroup other) {
        System.arraycopy(
                other.bytes,
                block * IntegrityLayout.BLOCK,
                bytes,
                block * IntegrityLayout.BLOCK,
                IntegrityLayout.BLOCK);
    }

    void clear(final int block) {
        final int start = block * IntegrityLayout.BLOCK;
        Arrays.fill(bytes, start, start + IntegrityLayout.BLOCK, (byte) 0);
    }

    /** Writes one block to its place, but nothing behind {@code size}. */
    void write(final FileChannel file, final long group, final int block, final long size) throws IOException {
        final long start = group * IntegrityLayout.GROUP + (long) block * IntegrityLayout.BLOCK;
        final int length = (int) Math.min(IntegrityLayout.BLOCK, size - start);
        if (length <= 0) {
            return;
        }
        final ByteBuffer source = ByteBuffer.wrap(bytes, block * IntegrityLayout.BLOCK, length);
        while (source.hasRemaining()) {
            file.write(source, start + source.position() - (long) block * IntegrityLayout.BLOCK);
        }
    }
}
