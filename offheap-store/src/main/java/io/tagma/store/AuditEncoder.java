package io.tagma.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Puts self-describing records together as Chronicle's binary wire would, byte for byte: a field's name, the code of its type, its
 * value. Records lie one behind the other as they will in the queue's file: the length of each before it, each at a multiple of 4.
 * Owned by one thread; allocates only for a name that is new and where more is gathered than ever before.
 *
 * <p>Names are encoded once and then copied, words at a time; they are found at once where they come in the same order record after
 * record. So are the last few short texts of each name, which mostly are names as well, of an agent say.
 *
 * <p>The format: Chronicle Wire, {@code BinaryWireCode}. Numbers have a fixed length: the shorter forms come out of the stock reader with
 * their type's name before the number.
 */
final class AuditEncoder {
    /** Longest name; the wire has another form for longer ones. */
    static final int LONGEST_NAME = 31;

    /** Longest record. */
    static final int LONGEST = 1 << 20;

    /** What lies before each record: its length in bytes. */
    static final int LENGTH_WORD = Integer.BYTES;

    /** Zeros behind the last record: where the length of the next would be, wherever that begins. */
    static final int END = Long.BYTES;

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
    private static final int FIRST_BYTES = 1024;

    /** A code and a short name or text, in words. */
    private static final int WORDS = (1 + LONGEST_NAME) / Long.BYTES;

    /** Names and texts are put as whole words, which may reach so far behind them. */
    private static final int SLACK = 2 * WORDS * Long.BYTES + END;

    /** Texts that are kept for each name. */
    private static final int TEXTS = 4;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(FIRST_BYTES);
    private long address = BufferUtil.address(bytes);
    private final CRC32C crc = new CRC32C();
    private String[] names = new String[FIRST_NAMES];
    private byte[] nameLengths = new byte[FIRST_NAMES];
    private long[] nameWords = new long[FIRST_NAMES * WORDS];
    private @Nullable String[] texts = new String[FIRST_NAMES * TEXTS];
    private byte[] textLengths = new byte[FIRST_NAMES * TEXTS];
    private long[] textWords = new long[FIRST_NAMES * TEXTS * WORDS];
    private byte[] nextText = new byte[FIRST_NAMES];
    private int known;
    private int expected;
    private int end;
    private int start = LENGTH_WORD;
    private int position = LENGTH_WORD;
    private int room; // fields may be put up to there without another look

    /** Drops all records. */
    void clear() {
        end = 0;
        begin();
    }

    /** Begins a record behind those that were kept. */
    void begin() {
        start = end + LENGTH_WORD;
        position = start;
        expected = 0;
        look();
    }

    void int64(final String name, final long value) {
        name(name, 1 + Long.BYTES);
        Memory.putByte(address + position, (byte) INT64);
        Memory.putLong(address + position + 1, value);
        position += 1 + Long.BYTES;
    }

    void float64(final String name, final double value) {
        name(name, 1 + Double.BYTES);
        Memory.putByte(address + position, (byte) FLOAT64);
        Memory.putLong(address + position + 1, Double.doubleToRawLongBits(value));
        position += 1 + Double.BYTES;
    }

    void text(final String name, final @Nullable CharSequence value) {
        if (value == null) {
            name(name, 1);
            Memory.putByte(address + position++, (byte) NULL);
            return;
        }
        final int length = value.length();
        final int place = name(name, CODE_AND_LENGTH + MOST_BYTES_A_CHAR * Math.min(length, LONGEST));
        if (value instanceof String string && length <= LONGEST_SHORT_TEXT) {
            shortText(place, string, length);
        } else if (!ascii(value, length)) {
            longText(value, length);
        }
    }

    /** Adds the record's own checksum, CRC32C of all its bytes before. */
    void seal(final String name) {
        crc.reset();
        crc.update(bytes.limit(position).position(start));
        int64(name, crc.getValue());
    }

    /** Keeps the record, with its length before it and zeros behind it. */
    void keep() {
        ensure(position + END);
        Memory.putInt(address + start - LENGTH_WORD, length());
        Memory.putLong(address + position, 0);
        end = (position + LENGTH_WORD - 1) & -LENGTH_WORD;
        begin();
    }

    /** Where the first kept record's length word is; good until the next field. */
    long address() {
        return address;
    }

    /** Bytes of the kept records with their lengths, a multiple of 4. */
    int end() {
        return end;
    }

    /** Bytes of the record that was begun so far. */
    int length() {
        return position - start;
    }

    /** Gives the memory back. */
    void close() {
        BufferUtil.free(bytes);
    }

    // Whole words: what is written too much is written over by what follows, and the room for it was made.
    private int name(final String name, final int valueLength) {
        final int place = place(name);
        final int length = nameLengths[place];
        if (position + length + valueLength > room) {
            makeRoom(length + valueLength);
        }
        putWords(nameWords, place * WORDS, length);
        return place;
    }

    private void makeRoom(final int length) {
        if (position + length - start > LONGEST - LENGTH_WORD) {
            throw new IllegalArgumentException("a record of " + (position + length - start)
                    + " bytes is longer than the longest, " + LONGEST + "; shorten its texts");
        }
        ensure(position + length + SLACK);
        look();
    }

    private void look() {
        room = Math.min(bytes.capacity() - SLACK, start + LONGEST - LENGTH_WORD);
    }

    private void putWords(final long[] words, final int first, final int length) {
        final long to = address + position;
        Memory.putLong(to, words[first]);
        Memory.putLong(to + Long.BYTES, words[first + 1]);
        if (length > 2 * Long.BYTES) {
            Memory.putLong(to + 2 * Long.BYTES, words[first + 2]);
            Memory.putLong(to + 3 * Long.BYTES, words[first + 3]);
        }
        position += length;
    }

    @SuppressWarnings("ReferenceEquality") // the same text again, mostly; an equal one is encoded once more
    private void shortText(final int place, final String value, final int length) {
        for (int at = place * TEXTS; at < (place + 1) * TEXTS; at++) {
            if (texts[at] == value) {
                putWords(textWords, at * WORDS, textLengths[at]);
                return;
            }
        }
        final int from = position;
        if (!ascii(value, length)) {
            longText(value, length);
            return;
        }
        final int at = place * TEXTS + (nextText[place]++ & (TEXTS - 1));
        texts[at] = value;
        textLengths[at] = (byte) (position - from);
        for (int word = 0; word < WORDS; word++) {
            textWords[at * WORDS + word] = Memory.getLong(address + from + (long) word * Long.BYTES);
        }
    }

    /** Writes a short text of one byte a character; false, and nothing is written, where it is no such text. */
    private boolean ascii(final CharSequence value, final int length) {
        if (length > LONGEST_SHORT_TEXT) {
            return false;
        }
        final long to = address + position;
        Memory.putByte(to, (byte) (SHORT_TEXT + length));
        int all = 0;
        for (int i = 0; i < length; i++) {
            final char c = value.charAt(i);
            all |= c;
            Memory.putByte(to + 1 + i, (byte) c);
        }
        if (all >= STOP_BIT) {
            return false;
        }
        position += 1 + length;
        return true;
    }

    private void longText(final CharSequence value, final int length) {
        final int utf8 = utf8Length(value, length);
        if (utf8 <= LONGEST_SHORT_TEXT) {
            put(SHORT_TEXT + utf8);
        } else {
            put(TEXT);
            stopBit(utf8);
        }
        utf8(value, length);
    }

    private int place(final String name) {
        final int at = expected;
        if (at < known && name.equals(names[at])) {
            expected = at + 1;
            return at;
        }
        for (int i = 0; i < known; i++) {
            if (name.equals(names[i])) {
                expected = i + 1;
                return i;
            }
        }
        return learn(name);
    }

    private int learn(final String name) {
        final int length = name.length();
        if (length == 0 || length > LONGEST_NAME || !name.chars().allMatch(c -> c > ' ' && c < STOP_BIT)) {
            throw new IllegalArgumentException("the name of an audit field must have 1 to " + LONGEST_NAME
                    + " ASCII characters and no blank: '" + name + "'");
        }
        if (known == names.length) {
            names = Arrays.copyOf(names, 2 * known);
            nameLengths = Arrays.copyOf(nameLengths, 2 * known);
            nameWords = Arrays.copyOf(nameWords, 2 * known * WORDS);
            texts = Arrays.copyOf(texts, 2 * known * TEXTS);
            textLengths = Arrays.copyOf(textLengths, 2 * known * TEXTS);
            textWords = Arrays.copyOf(textWords, 2 * known * TEXTS * WORDS);
            nextText = Arrays.copyOf(nextText, 2 * known);
        }
        nameWords[known * WORDS] = (long) FIELD_NAME + length;
        for (int i = 1; i <= length; i++) {
            nameWords[known * WORDS + i / Long.BYTES] |= (long) name.charAt(i - 1) << (Byte.SIZE * (i % Long.BYTES));
        }
        nameLengths[known] = (byte) (1 + length);
        names[known] = name;
        expected = known + 1;
        return known++;
    }

    private void ensure(final int needed) {
        if (needed > bytes.capacity()) {
            final ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(needed, 2 * bytes.capacity()));
            final long moved = BufferUtil.address(larger);
            Memory.copy(address, moved, bytes.capacity());
            BufferUtil.free(bytes);
            bytes = larger;
            address = moved;
        }
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
                put(c);
            } else if (c < 0x800) {
                put(0xC0 | (c >> 6));
                put(0x80 | (c & 0x3F));
            } else {
                put(0xE0 | (c >> 12));
                put(0x80 | ((c >> 6) & 0x3F));
                put(0x80 | (c & 0x3F));
            }
        }
    }

    /** Seven bits a byte, the lowest first. */
    private void stopBit(final int value) {
        int rest = value;
        while (rest >= STOP_BIT) {
            put(rest | STOP_BIT);
            rest >>>= 7;
        }
        put(rest);
    }

    private void put(final int value) {
        Memory.putByte(address + position++, (byte) value);
    }
}
