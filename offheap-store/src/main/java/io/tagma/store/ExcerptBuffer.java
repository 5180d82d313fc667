package io.tagma.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames that are gathered off-heap, laid out as the excerpt that they become: who writes them in place here has them journaled by
 * {@link JournalAppender#commit(ExcerptBuffer, int, long, long)} without another copy of each. Owned by one thread.
 */
public final class ExcerptBuffer implements AutoCloseable {
    private final CRC32C crc = new CRC32C();
    private final UnsafeBuffer buffer;
    private ByteBuffer bytes;
    private int position = ExcerptLayout.HEADER_LENGTH;
    private int count;

    /**
     * An empty one.
     *
     * @param capacity bytes that the excerpt may have, its header of {@value ExcerptLayout#HEADER_LENGTH} included
     */
    ExcerptBuffer(final int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity);
        buffer = new UnsafeBuffer(bytes);
    }

    /** With room for so many frames of at most so many bytes each. */
    public static ExcerptBuffer of(final int frames, final int longest) {
        final long capacity = ExcerptLayout.HEADER_LENGTH + (long) frames * ExcerptLayout.frameLength(longest);
        if (capacity > JournalConfig.MAX_STAGING) {
            throw new IllegalArgumentException(frames + " frames of " + longest + " bytes need " + capacity
                    + " bytes, more than " + JournalConfig.MAX_STAGING + " that an excerpt may have");
        }
        return new ExcerptBuffer((int) capacity);
    }

    /** Drops all frames. */
    public void clear() {
        position = ExcerptLayout.HEADER_LENGTH;
        count = 0;
    }

    /**
     * Reserves the next frame, whose payload the caller writes in place, all of it.
     *
     * @param length of the payload in bytes, at least 0
     * @return offset of the payload in {@link #buffer()}, a multiple of 8; or {@link StoreCode#FULL}: commit, clear and repeat; or
     *     {@link StoreCode#TOO_LONG}: it fits in no excerpt
     */
    public int claim(final int length) {
        // Compared without adding, which a huge length would overflow.
        if (length < 0 || length > buffer.capacity() - position - ExcerptLayout.FRAME_HEADER_LENGTH) {
            return refuse(length);
        }
        final int end = position + ExcerptLayout.frameLength(length);
        if (end > buffer.capacity()) {
            return refuse(length);
        }
        // Both lie in the buffer, as was seen above. Zero padding first: the payload goes over it.
        final long start = buffer.addressOffset();
        Memory.putLong(start + end - Long.BYTES, 0);
        Memory.putLong(start + position, length);
        final int offset = position + ExcerptLayout.FRAME_HEADER_LENGTH;
        position = end;
        count++;
        return offset;
    }

    /**
     * Copies a frame in.
     *
     * @return as {@link #claim}
     */
    public int append(final DirectBuffer source, final int offset, final int length) {
        final int target = claim(length);
        if (target >= 0) {
            buffer.putBytes(target, source, offset, length);
        }
        return target;
    }

    /** The buffer in which claimed payloads lie; another after {@link #ensure}. */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Frames claimed since {@link #clear}. */
    public int count() {
        return count;
    }

    /** Bytes claimed, the header included. */
    int length() {
        return position;
    }

    long address() {
        return buffer.addressOffset();
    }

    /** Sees to it that there is room for so many bytes, and drops all frames. */
    void ensure(final int capacity) {
        if (capacity > buffer.capacity()) {
            final ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
            buffer.wrap(larger);
            BufferUtil.free(bytes);
            bytes = larger;
        }
        clear();
    }

    /** What the excerpt is; any time before {@link #seal}. */
    void head(final int excerptType, final long firstSequence, final long timeNs) {
        buffer.putShort(ExcerptLayout.TYPE, (short) excerptType, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(ExcerptLayout.FIRST_SEQUENCE, firstSequence, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(ExcerptLayout.TIME_NS, timeNs, ByteOrder.LITTLE_ENDIAN);
    }

    /** Completes the header: with its checksum, the excerpt is as it is read. */
    void seal(final long ordinal) {
        buffer.putInt(ExcerptLayout.MAGIC, ExcerptLayout.MAGIC_VALUE, ByteOrder.LITTLE_ENDIAN);
        buffer.putShort(ExcerptLayout.VERSION, (short) ExcerptLayout.VERSION_VALUE, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(ExcerptLayout.COUNT, count, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(ExcerptLayout.LENGTH, position - ExcerptLayout.HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(ExcerptLayout.ORDINAL, ordinal, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(ExcerptLayout.CRC32C, 0);
        crc.reset();
        crc.update(bytes.limit(position).position(0));
        buffer.putInt(ExcerptLayout.CRC32C, (int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
    }

    /** Gives the memory back; not to be used afterwards. */
    @Override
    public void close() {
        BufferUtil.free(bytes);
    }

    private int refuse(final int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        final long needed = (long) ExcerptLayout.HEADER_LENGTH + ExcerptLayout.FRAME_HEADER_LENGTH + length + 7;
        return (needed & -8L) > buffer.capacity() ? StoreCode.TOO_LONG : StoreCode.FULL;
    }
}
