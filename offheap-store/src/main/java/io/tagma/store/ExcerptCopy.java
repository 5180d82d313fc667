package io.tagma.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One excerpt, copied out of the mapped file and checked. Owned by its tailer's thread.
 *
 * <p>A copy, because the mapping goes away when the tailer moves on and its bytes may change after they were checked.
 */
final class ExcerptCopy {
    private static final int FIRST_CAPACITY = 1 << 16;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(FIRST_CAPACITY);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();
    private int[] offsets = new int[64];
    private int count;

    /** Copies and checks; returns null when the excerpt is whole and else what is wrong with it. */
    @Nullable
    String load(final long address, final int length) {
        count = 0;
        if (length < ExcerptLayout.HEADER_LENGTH) {
            return "an excerpt of " + length + " bytes, shorter than its header";
        }
        ensure(length);
        Memory.copy(address, buffer.addressOffset(), length);
        final String reason = checkHeader(length);
        return reason != null ? reason : indexFrames(length);
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int count() {
        return count;
    }

    int frameOffset(final int i) {
        return offsets[Objects.checkIndex(i, count)];
    }

    int frameLength(final int i) {
        return buffer.getInt(frameOffset(i) - ExcerptLayout.FRAME_HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }

    int type() {
        return buffer.getShort(ExcerptLayout.TYPE, ByteOrder.LITTLE_ENDIAN) & 0xffff;
    }

    long getLong(final int field) {
        return buffer.getLong(field, ByteOrder.LITTLE_ENDIAN);
    }

    void free() {
        BufferUtil.free(bytes);
    }

    private @Nullable String checkHeader(final int length) {
        final int magic = getInt(ExcerptLayout.MAGIC);
        if (magic != ExcerptLayout.MAGIC_VALUE) {
            return "magic number 0x" + Integer.toHexString(magic) + ", expected 0x"
                    + Integer.toHexString(ExcerptLayout.MAGIC_VALUE);
        }
        final int version = buffer.getShort(ExcerptLayout.VERSION, ByteOrder.LITTLE_ENDIAN) & 0xffff;
        if (version != ExcerptLayout.VERSION_VALUE) {
            return "excerpt layout version " + version + ", this version reads " + ExcerptLayout.VERSION_VALUE;
        }
        final int payload = getInt(ExcerptLayout.LENGTH);
        if (payload != length - ExcerptLayout.HEADER_LENGTH) {
            return "length " + payload + ", but " + (length - ExcerptLayout.HEADER_LENGTH) + " bytes follow the header";
        }
        final int stored = getInt(ExcerptLayout.CRC32C);
        buffer.putInt(ExcerptLayout.CRC32C, 0);
        crc.reset();
        crc.update(bytes.limit(length).position(0));
        final int computed = (int) crc.getValue();
        buffer.putInt(ExcerptLayout.CRC32C, stored, ByteOrder.LITTLE_ENDIAN);
        return computed == stored
                ? null
                : "checksum 0x" + Integer.toHexString(stored) + ", but the bytes have 0x"
                        + Integer.toHexString(computed);
    }

    private @Nullable String indexFrames(final int length) {
        final int frames = getInt(ExcerptLayout.COUNT);
        if (frames < 0 || frames > length / ExcerptLayout.FRAME_HEADER_LENGTH) {
            return frames + " frames in " + length + " bytes";
        }
        if (frames > offsets.length) {
            offsets = new int[BitUtil.findNextPositivePowerOfTwo(frames)];
        }
        int position = ExcerptLayout.HEADER_LENGTH;
        for (int i = 0; i < frames; i++) {
            final int room = length - position - ExcerptLayout.FRAME_HEADER_LENGTH;
            final int frame = room < 0 ? -1 : getInt(position);
            if (frame < 0 || frame > room) {
                return "frame " + i + " of " + frames + " ends outside the excerpt";
            }
            offsets[i] = position + ExcerptLayout.FRAME_HEADER_LENGTH;
            position += ExcerptLayout.frameLength(frame);
        }
        count = frames;
        return null;
    }

    private int getInt(final int field) {
        return buffer.getInt(field, ByteOrder.LITTLE_ENDIAN);
    }

    private void ensure(final int length) {
        if (length > buffer.capacity()) {
            BufferUtil.free(bytes);
            bytes = ByteBuffer.allocateDirect(BitUtil.findNextPositivePowerOfTwo(length));
            buffer.wrap(bytes);
        }
    }
}
