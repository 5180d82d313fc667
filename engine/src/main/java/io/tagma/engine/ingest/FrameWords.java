package io.tagma.engine.ingest;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * The fields of the frames that every decision needs, each read or written without a check of its own: who asked for the frame's
 * {@link #address} had all of it held against the bounds of its buffer. Little-endian, as the machines are that the store takes. Where a
 * field lies, the generated codecs say. The caller keeps the buffer reachable. Stateless, any thread.
 *
 * <p>A checked access of a buffer takes a dozen instructions, and an event, its decision and its outcome have seventy fields between them.
 */
public final class FrameWords {
    private FrameWords() {}

    /**
     * Where a frame, or a part of one, begins: the address to be given to the methods below, with {@code buffer.byteArray()}.
     *
     * @param length bytes that will be read or written from there
     * @throws IndexOutOfBoundsException when they do not all lie in the buffer
     */
    public static long address(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        return buffer.addressOffset() + offset;
    }

    /**
     * The same for a frame that is to be written: a buffer that grows has grown by then, so ask for its array afterwards.
     *
     * @throws IndexOutOfBoundsException when there is no room for all of it
     */
    public static long room(final MutableDirectBuffer buffer, final int offset, final int length) {
        buffer.checkLimit(offset + length);
        return address(buffer, offset, length);
    }

    /**
     * The header of a message as one word.
     *
     * @param blockLength of the message's fixed part, in bytes
     * @param template the message's number in its schema
     * @param schema the schema's number
     * @param version the schema's version
     */
    public static long header(final int blockLength, final int template, final int schema, final int version) {
        return (blockLength & 0xffffL)
                | ((template & 0xffffL) << Short.SIZE)
                | ((schema & 0xffffL) << (2 * Short.SIZE))
                | ((version & 0xffffL) << (3 * Short.SIZE));
    }

    /** Eight bytes. */
    public static long getLong(final byte @Nullable [] array, final long address) {
        return UnsafeApi.getLong(array, address);
    }

    /** Four bytes as a float. */
    public static float getFloat(final byte @Nullable [] array, final long address) {
        return UnsafeApi.getFloat(array, address);
    }

    /** Two bytes. */
    public static short getShort(final byte @Nullable [] array, final long address) {
        return UnsafeApi.getShort(array, address);
    }

    /** One byte, 0 to 255. */
    public static int getByte(final byte @Nullable [] array, final long address) {
        return UnsafeApi.getByte(array, address) & 0xff;
    }

    /** Eight bytes. */
    public static void putLong(final byte @Nullable [] array, final long address, final long value) {
        UnsafeApi.putLong(array, address, value);
    }

    /** Four bytes. */
    public static void putFloat(final byte @Nullable [] array, final long address, final float value) {
        UnsafeApi.putFloat(array, address, value);
    }

    /** The low two bytes of a value. */
    public static void putShort(final byte @Nullable [] array, final long address, final int value) {
        UnsafeApi.putShort(array, address, (short) value);
    }

    /** The low byte of a value. */
    public static void putByte(final byte @Nullable [] array, final long address, final int value) {
        UnsafeApi.putByte(array, address, (byte) value);
    }
}
