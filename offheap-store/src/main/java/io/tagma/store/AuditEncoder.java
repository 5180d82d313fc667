package io.tagma.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts one self-describing record together as Chronicle's binary wire would, byte for byte: a field's name, the code of its type, its
 * value. Names are encoded once and then copied; they are found at once where they come in the same order record after record. Owned by
 * one thread; allocates only for a name that is new and where a record is longer than any before.
 *
 * <p>The format: Chronicle Wire, {@code BinaryWireCode}. Numbers have a fixed length: the shorter forms come out of the stock reader with
 * their type's name before the number.
 */
final class AuditEncoder {
    /** Longest name; the wire has another form for longer ones. */
    static final int LONGEST_NAME = 31;

    /** Longest record. */
    static final int LONGEST = 1 << 20;

    private static final int FIELD_NAME = 0xC0;
    private static final int INT64 = 0xA7;
    private static final int FLOAT64 = 0x91;
    private static final int NULL = 0xBB;
    private static final int SHORT_TEXT = 0xE0;
    private static final int TEXT = 0xB8;
    private static final int LONGEST_SHORT_TEXT = 31;
    private static final int STOP_BIT = 0x80;
    private static final int MOST_BYTES_A_CHAR = 3;
    private static final int CODE_AND_LENGTH = 6;
    private static final int FIRST_NAMES = 32;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(1024);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();
    private String[] names = new String[FIRST_NAMES];
    private byte[][] encoded = new byte[FIRST_NAMES][];
    private int known;
    private int expected;
    private int position;

    /** Begins an empty record. */
    void clear() {
        expected = 0;
        position = 0;
    }

    void int64(final String name, final long value) {
        name(name, 1 + Long.BYTES);
        buffer.putByte(position, (byte) INT64);
        buffer.putLong(position + 1, value, ByteOrder.LITTLE_ENDIAN);
        position += 1 + Long.BYTES;
    }

    void float64(final String name, final double value) {
        name(name, 1 + Double.BYTES);
        buffer.putByte(position, (byte) FLOAT64);
        buffer.putDouble(position + 1, value, ByteOrder.LITTLE_ENDIAN);
        position += 1 + Double.BYTES;
    }

    void text(final String name, final @Nullable CharSequence value) {
        if (value == null) {
            name(name, 1);
            buffer.putByte(position++, (byte) NULL);
            return;
        }
        final int length = value.length();
        name(name, CODE_AND_LENGTH + MOST_BYTES_A_CHAR * length);
        final int utf8 = utf8Length(value, length);
        if (utf8 <= LONGEST_SHORT_TEXT) {
            buffer.putByte(position++, (byte) (SHORT_TEXT + utf8));
        } else {
            buffer.putByte(position++, (byte) TEXT);
            stopBit(utf8);
        }
        if (utf8 == length) {
            for (int i = 0; i < length; i++) {
                buffer.putByte(position + i, (byte) value.charAt(i));
            }
            position += length;
        } else {
            utf8(value, length);
        }
    }

    /** Adds the record's own checksum, CRC32C of all bytes before. */
    void seal(final String name) {
        crc.reset();
        crc.update(bytes.limit(position).position(0));
        int64(name, crc.getValue());
    }

    /** Where the record lies; good until the next field. */
    long address() {
        return buffer.addressOffset();
    }

    /** Bytes of the record so far. */
    int length() {
        return position;
    }

    /** Gives the memory back. */
    void close() {
        BufferUtil.free(bytes);
    }

    private void name(final String name, final int valueLength) {
        final byte[] as = encoded(name);
        if (position + as.length + valueLength > buffer.capacity()) {
            grow(position + as.length + valueLength);
        }
        buffer.putBytes(position, as);
        position += as.length;
    }

    private byte[] encoded(final String name) {
        for (int i = 0; i < known; i++) {
            final int at = expected + i < known ? expected + i : expected + i - known;
            if (name.equals(names[at])) {
                expected = at + 1 < known ? at + 1 : 0;
                return encoded[at];
            }
        }
        final byte[] as = encode(name);
        if (known == names.length) {
            names = Arrays.copyOf(names, 2 * known);
            encoded = Arrays.copyOf(encoded, 2 * known);
        }
        names[known] = name;
        encoded[known++] = as;
        expected = 0;
        return as;
    }

    private static byte[] encode(final String name) {
        final int length = name.length();
        if (length == 0 || length > LONGEST_NAME || !name.chars().allMatch(c -> c > ' ' && c < STOP_BIT)) {
            throw new IllegalArgumentException("the name of an audit field must have 1 to " + LONGEST_NAME
                    + " ASCII characters and no blank: '" + name + "'");
        }
        final byte[] bytes = new byte[1 + length];
        bytes[0] = (byte) (FIELD_NAME + length);
        for (int i = 0; i < length; i++) {
            bytes[i + 1] = (byte) name.charAt(i);
        }
        return bytes;
    }

    private void grow(final int needed) {
        if (needed > LONGEST) {
            throw new IllegalArgumentException(
                    "a record of " + needed + " bytes is longer than the longest, " + LONGEST + "; shorten its texts");
        }
        final ByteBuffer larger = ByteBuffer.allocateDirect(Math.min(LONGEST, Math.max(needed, 2 * buffer.capacity())));
        buffer.getBytes(0, larger, 0, position);
        BufferUtil.free(bytes);
        bytes = larger;
        buffer.wrap(larger);
    }

    private static int utf8Length(final CharSequence value, final int length) {
        int bytes = length;
        for (int i = 0; i < length; i++) {
            final char c = value.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 ? 1 : 2;
        }
        return bytes;
    }

    /** A surrogate is written on its own, as the wire does. */
    private void utf8(final CharSequence value, final int length) {
        for (int i = 0; i < length; i++) {
            final char c = value.charAt(i);
            if (c < 0x80) {
                buffer.putByte(position++, (byte) c);
            } else if (c < 0x800) {
                buffer.putByte(position++, (byte) (0xC0 | (c >> 6)));
                buffer.putByte(position++, (byte) (0x80 | (c & 0x3F)));
            } else {
                buffer.putByte(position++, (byte) (0xE0 | (c >> 12)));
                buffer.putByte(position++, (byte) (0x80 | ((c >> 6) & 0x3F)));
                buffer.putByte(position++, (byte) (0x80 | (c & 0x3F)));
            }
        }
    }

    /** Seven bits a byte, the lowest first. */
    private void stopBit(final int value) {
        int rest = value;
        while (rest >= STOP_BIT) {
            buffer.putByte(position++, (byte) (rest | STOP_BIT));
            rest >>>= 7;
        }
        buffer.putByte(position++, (byte) rest);
    }
}
