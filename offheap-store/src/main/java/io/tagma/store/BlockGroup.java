package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The bytes of one group of a file's blocks, and what is computed of them. Owned by one thread. */
final class BlockGroup {
    private final byte[] bytes = new byte[IntegrityLayout.GROUP];
    private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();

    /** Reads a group; behind the file's end there are zeros. */
    void read(final FileChannel file, final long group) throws IOException {
        view.clear();
        final long start = group * IntegrityLayout.GROUP;
        while (view.hasRemaining() && file.read(view, start + view.position()) >= 0) {
            // a read may stop early
        }
        Arrays.fill(bytes, view.position(), bytes.length, (byte) 0);
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
