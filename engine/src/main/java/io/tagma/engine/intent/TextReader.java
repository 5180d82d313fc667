package io.tagma.engine.intent;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;

/**
 * Splits UTF-8 into lower-case words of code points, each with one space on either side; owned by its classifier's thread.
 *
 * <p>Words are runs of ASCII letters and digits and of all characters from U+00C0 on, except general and CJK punctuation; everything else
 * separates. Lower-casing follows a fixed rule (ASCII, Latin-1, Greek, Cyrillic) instead of the JDK's Unicode tables, which change
 * from release to release while a journal must not.
 */
final class TextReader {
    private static final int SPACE = ' ';
    private static final int MALFORMED = -1;
    private static final byte[] ASCII = asciiTable();

    private final byte[] bytes;
    private final int[] chars;
    private final int[] starts;
    private final int[] ends;
    private int words;
    private int length;
    private int position;
    private boolean truncated;
    private boolean malformed;

    TextReader(final int maxBytes) {
        bytes = new byte[maxBytes];
        chars = new int[maxBytes + 2];
        starts = new int[maxBytes / 2 + 1];
        ends = new int[maxBytes / 2 + 1];
    }

    /** Reads a text; what was read before is gone. */
    void read(final DirectBuffer text, final int offset, final int textLength) {
        int count = Math.max(0, textLength);
        truncated = count > bytes.length;
        if (truncated) {
            count = bytes.length;
            // Not in the middle of a character: its continuation bytes are 10xxxxxx, three at most.
            for (int back = 0; back < 3 && (text.getByte(offset + count) & 0xC0) == 0x80; back++) {
                count--;
            }
        }
        text.getBytes(offset, bytes, 0, count);
        split(count);
    }

    private void split(final int count) {
        malformed = false;
        words = 0;
        position = 0;
        int n = 0;
        chars[n++] = SPACE;
        boolean inWord = false;
        while (position < count) {
            final int b = bytes[position];
            final int c = b >= 0 ? ASCII[b] : beyondAscii(count);
            position += b >= 0 ? 1 : 0;
            if (c != SPACE) {
                if (!inWord) {
                    starts[words] = n;
                    inWord = true;
                }
                chars[n++] = c;
            } else if (inWord) {
                ends[words++] = n;
                chars[n++] = SPACE;
                inWord = false;
            }
        }
        if (inWord) {
            ends[words++] = n;
            chars[n++] = SPACE;
        }
        length = n;
    }

    /** Decodes at {@link #position}, moves it behind, and gives the folded character or a space. */
    private int beyondAscii(final int count) {
        final int lead = bytes[position] & 0xFF;
        final int code;
        if (lead >= 0xC2 && lead <= 0xDF) {
            code = tail(lead & 0x1F, 1, 0x80, count);
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            code = tail(lead & 0x0F, 2, 0x800, count);
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            code = tail(lead & 0x07, 3, 0x10000, count);
        } else {
            code = MALFORMED;
        }
        if (code == MALFORMED) {
            malformed = true;
            position++;
            return SPACE;
        }
        return fold(code);
    }

    private int tail(final int leadBits, final int more, final int least, final int count) {
        if (position + more >= count) {
            return MALFORMED;
        }
        int code = leadBits;
        for (int i = 1; i <= more; i++) {
            final int b = bytes[position + i];
            if ((b & 0xC0) != 0x80) {
                return MALFORMED;
            }
            code = code << 6 | (b & 0x3F);
        }
        final boolean surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (code < least || surrogate || code > 0x10FFFF) {
            return MALFORMED;
        }
        position += more + 1;
        return code;
    }

    private static int fold(final int c) {
        if (c < 0xC0 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F)) {
            return SPACE;
        }
        if (c <= 0xDE) {
            return c == 0xD7 ? SPACE : c + 0x20;
        }
        if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) {
            return c + 0x20;
        }
        return c >= 0x400 && c <= 0x40F ? c + 0x50 : c;
    }

    private static byte[] asciiTable() {
        final byte[] table = new byte[128];
        Arrays.fill(table, (byte) SPACE);
        for (char c = 'a'; c <= 'z'; c++) {
            table[c] = (byte) c;
            table[c - 0x20] = (byte) c;
        }
        for (char c = '0'; c <= '9'; c++) {
            table[c] = (byte) c;
        }
        return table;
    }

    /** Forgets words at either end, by the keys of those that may go, as long as {@link Courtesies#LEAST_WORDS} are left. */
    void strip(final LongHashSet leading, final LongHashSet trailing) {
        int first = 0;
        int last = words;
        while (last - first > Courtesies.LEAST_WORDS
                && trailing.contains(TextFeatures.wordKey(chars, starts[last - 1], ends[last - 1]))) {
            last--;
        }
        while (last - first > Courtesies.LEAST_WORDS
                && leading.contains(TextFeatures.wordKey(chars, starts[first], ends[first]))) {
            first++;
        }
        if (first > 0) {
            System.arraycopy(starts, first, starts, 0, last - first);
            System.arraycopy(ends, first, ends, 0, last - first);
        }
        words = last - first;
    }

    /** Puts another word in the place of one; false, and nothing is changed, where there is no room for a longer one. */
    boolean replace(final int word, final int[] replacement, final int count) {
        final int more = count - (ends[word] - starts[word]);
        if (length + more > chars.length) {
            return false;
        }
        System.arraycopy(chars, ends[word], chars, ends[word] + more, length - ends[word]);
        System.arraycopy(replacement, 0, chars, starts[word], count);
        ends[word] += more;
        for (int w = word + 1; w < words; w++) {
            starts[w] += more;
            ends[w] += more;
        }
        length += more;
        return true;
    }

    /** Words read. */
    int words() {
        return words;
    }

    /** Where a word starts in {@link #chars}; a space stands before it. */
    int start(final int word) {
        return starts[word];
    }

    /** Behind a word's last character; a space stands there. */
    int end(final int word) {
        return ends[word];
    }

    /** The words, separated and enclosed by single spaces. */
    int[] chars() {
        return chars;
    }

    /** Characters in {@link #chars}. */
    int length() {
        return length;
    }

    boolean truncated() {
        return truncated;
    }

    boolean malformed() {
        return malformed;
    }

    String text(final int from, final int to) {
        return new String(chars, from, to - from);
    }
}
