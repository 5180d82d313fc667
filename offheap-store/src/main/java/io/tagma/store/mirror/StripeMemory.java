package io.tagma.store.mirror;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A member's part of one stripe, in anonymous memory outside the heap: an image, or the parity of all images, in chunks with a
 * checksum each. Owned by the member's thread.
 */
final class StripeMemory implements AutoCloseable {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final long number;
    private final Arena arena = Arena.ofShared();
    private final List<Chunk> chunks = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private @Nullable MirrorStripe sealed;

    StripeMemory(final long number) {
        this.number = number;
    }

    private static final class Chunk {
        private final MemorySegment memory;
        private int length;
        private int checksum;

        Chunk(final MemorySegment memory) {
            this.memory = memory;
        }
    }

    long number() {
        return number;
    }

    /** Adds bytes to a chunk, each to the one that is there: the sum of one image is the image, that of several their parity. */
    void add(final int index, final ByteBuffer body) {
        while (chunks.size() <= index) {
            chunks.add(new Chunk(arena.allocate(MirrorWire.CHUNK, Long.BYTES)));
        }
        final Chunk chunk = chunks.get(index);
        final MemorySegment source = MemorySegment.ofBuffer(body);
        final int length = body.remaining();
        if (chunk.length == 0) {
            MemorySegment.copy(source, 0, chunk.memory, 0, length);
        } else {
            xor(source, chunk.memory, length);
        }
        chunk.length = Math.max(chunk.length, length);
    }

    /** Exclusive or of a run of bytes into another. */
    static void xor(final MemorySegment source, final MemorySegment target, final int length) {
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            target.set(LONG, i, target.get(LONG, i) ^ source.get(LONG, i));
        }
        for (; i < length; i++) {
            target.set(BYTE, i, (byte) (target.get(BYTE, i) ^ source.get(BYTE, i)));
        }
    }

    /** Nothing is added any more. */
    void seal(final MirrorStripe holds) {
        for (final Chunk chunk : chunks) {
            chunk.checksum = checksum(chunk);
        }
        sealed = holds;
    }

    @Nullable
    MirrorStripe sealed() {
        return sealed;
    }

    /** Whether there is such a chunk. */
    boolean has(final int index) {
        return sealed != null && index >= 0 && index < chunks.size();
    }

    /** A chunk's bytes, or null when they do not agree with their checksum. */
    @Nullable
    ByteBuffer read(final int index) {
        final Chunk chunk = chunks.get(index);
        return checksum(chunk) == chunk.checksum ? bytes(chunk) : null;
    }

    private static ByteBuffer bytes(final Chunk chunk) {
        return chunk.memory.asSlice(0, chunk.length).asByteBuffer();
    }

    private int checksum(final Chunk chunk) {
        crc.reset();
        crc.update(bytes(chunk));
        return (int) crc.getValue();
    }

    /** Flips a bit, so that tests see damage found. */
    void damage(final int index, final int at) {
        final MemorySegment memory = chunks.get(index).memory;
        memory.set(BYTE, at, (byte) (memory.get(BYTE, at) ^ 1));
    }

    @Override
    public void close() {
        arena.close();
    }
}
