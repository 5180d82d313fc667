package io.tagma.ring;

import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of a ring: one 64-byte arena header, then the slots, each an 8-byte frame header and the payload. Stateless.
 *
 * <pre>
 *   arena   0               8       12       16       20       24                       64
 *          +---------------+--------+--------+--------+--------+------------------------+-------- - -
 *          | magic         |version |capacity|  slot  | slot   |        reserved        | slots
 *          | "TAGMARNG"    |        |        | length | header |                        |
 *          +---------------+--------+--------+--------+--------+------------------------+-------- - -
 *
 *   slot    0        4     5     6     8                                       slot length (n × 64)
 *          +--------+-----+-----+-----+----------------------------------------+
 *          | length |class|flags| 0   | payload: length bytes, 8-byte aligned  |
 *          +--------+-----+-----+-----+----------------------------------------+
 *           i32      u8    u8    u16    flags bit 0: aborted, the consumer skips it
 * </pre>
 *
 * <p>Little-endian. The frame header is written and read as one long. A slot is valid once the Disruptor's availability buffer says
 * that its sequence is published: the header needs no ready bit of its own.
 */
public final class FrameSlotLayout {
    /** First eight bytes of an arena: {@code TAGMARNG} in ASCII. */
    public static final long MAGIC = 0x474E_5241_4D47_4154L;

    /** Version of this layout. */
    public static final int LAYOUT_VERSION = 1;

    /** Bytes before the first slot. */
    public static final int ARENA_HEADER_LENGTH = 64;

    /** Bytes before the payload of a slot. */
    public static final int SLOT_HEADER_LENGTH = 8;

    /** Slots begin on, and are a multiple of, this many bytes: a cache line, so that two frames never share one. */
    public static final int SLOT_ALIGNMENT = 64;

    static final int VERSION_OFFSET = 8;
    static final int CAPACITY_OFFSET = 12;
    static final int SLOT_LENGTH_OFFSET = 16;
    static final int SLOT_HEADER_LENGTH_OFFSET = 20;

    private static final int CLASS_SHIFT = 32;
    private static final long CLASS_MASK = 0x3F;
    private static final long ABORTED = 1L << 40;

    private FrameSlotLayout() {}

    /**
     * Allocates and stamps the arena of one ring. The memory lives as long as the buffer is reachable, so a straggling producer can
     * never touch freed memory.
     *
     * @param capacity   slots.
     * @param slotLength bytes of a slot, a multiple of {@link #SLOT_ALIGNMENT}.
     * @return the arena, zeroed but for its header, 64-byte aligned.
     */
    static UnsafeBuffer allocate(final int capacity, final int slotLength) {
        final int length = ARENA_HEADER_LENGTH + capacity * slotLength;
        final UnsafeBuffer arena = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, SLOT_ALIGNMENT));
        arena.putLong(0, MAGIC, ByteOrder.LITTLE_ENDIAN);
        arena.putInt(VERSION_OFFSET, LAYOUT_VERSION, ByteOrder.LITTLE_ENDIAN);
        arena.putInt(CAPACITY_OFFSET, capacity, ByteOrder.LITTLE_ENDIAN);
        arena.putInt(SLOT_LENGTH_OFFSET, slotLength, ByteOrder.LITTLE_ENDIAN);
        arena.putInt(SLOT_HEADER_LENGTH_OFFSET, SLOT_HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
        return arena;
    }

    /** Whether an arena of this shape fits one buffer (2 GiB). */
    static boolean fits(final int capacity, final int slotLength) {
        return (long) capacity * slotLength <= Integer.MAX_VALUE - ARENA_HEADER_LENGTH - BitUtil.CACHE_LINE_LENGTH;
    }

    static int slotOffset(final int slotIndex, final int slotLength) {
        return ARENA_HEADER_LENGTH + slotIndex * slotLength;
    }

    static long header(final int length, final int frameClass) {
        return ((long) frameClass << CLASS_SHIFT) | length;
    }

    static long aborted(final long header) {
        return header | ABORTED;
    }

    static int length(final long header) {
        return (int) header;
    }

    static int frameClass(final long header) {
        return (int) ((header >>> CLASS_SHIFT) & CLASS_MASK);
    }

    static boolean isAborted(final long header) {
        return (header & ABORTED) != 0;
    }
}
