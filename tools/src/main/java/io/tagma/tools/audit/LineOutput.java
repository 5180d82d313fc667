package io.tagma.tools.audit;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Lines in large pieces. Finds out when nobody reads any more, and then is quiet. Used by one thread. */
final class LineOutput {
    private static final int CAPACITY = 1 << 16;
    private static final int ASCII = 0x80;

    private final PrintStream out;
    private final byte[] bytes = new byte[CAPACITY];
    private int length;
    private boolean closed;

    LineOutput(final PrintStream out) {
        this.out = out;
    }

    void line(final StringBuilder text) {
        if (length + text.length() + 1 > CAPACITY) {
            flush();
        }
        if (text.length() < CAPACITY && putAscii(text)) {
            bytes[length++] = '\n';
            return;
        }
        flush();
        final byte[] encoded = text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        out.write(encoded, 0, encoded.length);
    }

    private boolean putAscii(final StringBuilder text) {
        int at = length;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c >= ASCII) {
                return false;
            }
            bytes[at++] = (byte) c;
        }
        length = at;
        return true;
    }

    /** Writes what is gathered; false when nobody reads any more. */
    boolean flush() {
        out.write(bytes, 0, length);
        length = 0;
        closed = out.checkError();
        return !closed;
    }

    /** Whether a write failed, as it does behind {@code head}. */
    boolean isClosed() {
        return closed;
    }
}
