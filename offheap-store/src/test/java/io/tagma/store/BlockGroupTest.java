package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a disk does not give back is a bad block like another, named and computed from the others. */
class BlockGroupTest {
    private static final int BAD = 5;

    private final byte[] bytes = new byte[3 * IntegrityLayout.GROUP - 700];

    @Test
    void anUnreadableBlockIsComputedFromParity() throws IOException {
        new Random(1).nextBytes(bytes);
        final BlockGroup whole = new BlockGroup();
        whole.read(new Disk(-1), 1);
        final ByteBuffer parity = ByteBuffer.allocate(IntegrityLayout.BLOCK).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        whole.parity(-1, parity, 0);

        final BlockGroup group = new BlockGroup();
        final Disk disk = new Disk(IntegrityLayout.GROUP + BAD * IntegrityLayout.BLOCK + 1234);
        assertThatThrownBy(() -> group.read(disk, 1)).isInstanceOf(IOException.class);
        group.readWhatCan(disk, 1);
        for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
            assertThat(group.isUnreadable(block)).isEqualTo(block == BAD);
            assertThat(group.checksum(block) == whole.checksum(block)).isEqualTo(block != BAD);
        }
        group.restore(BAD, parity, 0);
        assertThat(group.checksum(BAD)).isEqualTo(whole.checksum(BAD));
        group.readWhatCan(disk, 2);
        assertThat(group.isUnreadable(BAD)).isFalse();
        assertThat(group.isZero(15)).isFalse();
        assertThat(group.checksumOfFirst(15, IntegrityLayout.BLOCK - 700)).isEqualTo(group.checksum(15));
    }

    /** A file with one byte that cannot be read. */
    private final class Disk extends FileChannel {
        private final int bad;

        Disk(final int bad) {
            this.bad = bad;
        }

        @Override
        public int read(final ByteBuffer target, final long position) throws IOException {
            if (position >= bytes.length) {
                return -1;
            }
            final int end = (int) Math.min(bytes.length, position + target.remaining());
            if (bad >= position && bad < end) {
                throw new IOException("Input/output error");
            }
            target.put(Arrays.copyOfRange(bytes, (int) position, end));
            return end - (int) position;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public int read(final ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(final ByteBuffer[] targets, final int offset, final int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(final ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(final ByteBuffer[] sources, final int offset, final int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(final long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel truncate(final long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force(final boolean metaData) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(final long position, final long count, final WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(final ReadableByteChannel source, final long position, final long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(final ByteBuffer source, final long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(final MapMode mode, final long position, final long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(final long position, final long size, final boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(final long position, final long size, final boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseChannel() {
            // nothing is open
        }
    }
}
