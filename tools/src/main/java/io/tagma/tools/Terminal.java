package io.tagma.tools;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where results and errors go, and whether somebody watches. Thread-safe.
 *
 * <p>The launcher says whether standard output is a terminal ({@code -Dtagma.terminal=true}): asking the JVM costs 100 ms.
 *
 * @param out results
 * @param err errors
 * @param interactive whether a live line may be shown
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive) {
    private static final String ERASE_LINE = "\r\u001b[K";

    /** The process's own streams, in UTF-8. */
    public static Terminal system() {
        return new Terminal(
                stream(FileDescriptor.out), stream(FileDescriptor.err), Boolean.getBoolean("tagma.terminal"));
    }

    /** A path or name as one word of a command that is shown to be copied into a shell. */
    public static String word(final Object text) {
        final String plain = text.toString();
        return plain.matches("[\\w./:@%+=,~-]+") ? plain : "'" + plain.replace("'", "'\\''") + "'";
    }

    private static PrintStream stream(final FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Shows a line in place of the last live one, if somebody watches. */
    public void live(final String line) {
        if (interactive) {
            out.print(ERASE_LINE + line);
            out.flush();
        }
    }

    /** Takes the live line away. */
    public void endLive() {
        if (interactive) {
            out.print(ERASE_LINE);
            out.flush();
        }
    }
}
