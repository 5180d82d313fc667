package io.tagma.engine.shard;

import java.util.Arrays;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Where a replayed batch's outputs go, to be held against the journal's. Grows to the largest batch. Owned by the replaying thread. */
final class ReplayOutput implements OutputBuffer {
    private static final int EXCERPT_OVERHEAD = 2048;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 16]);
    private int[] offsets = new int[1024];
    private int[] lengths = new int[1024];
    private int count;
    private int used;

    @Override
    public int claim(final int length) {
        final int aligned = (length + 7) & -8;
        if (used + aligned > buffer.capacity()) {
            buffer.wrap(Arrays.copyOf(buffer.byteArray(), 2 * (used + aligned)));
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        final int offset = used;
        offsets[count] = offset;
        lengths[count] = length;
        count++;
        used += aligned;
        return offset;
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    void clear() {
        count = 0;
        used = 0;
    }

    /** Bytes that a journal's staging area needs to take all frames in one excerpt. */
    int stagingCapacity() {
        return used + EXCERPT_OVERHEAD + count * Long.BYTES;
    }

    int count() {
        return count;
    }

    int offset(final int i) {
        return offsets[i];
    }

    int length(final int i) {
        return lengths[i];
    }
}
