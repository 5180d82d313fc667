package io.tagma.tools;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What one call of the command printed and returned.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Invocation(int code, String out, String err) {
    /** Calls the command in this process. */
    static Invocation of(final Object... arguments) {
        return of(false, arguments);
    }

    /** Calls it as on a terminal, where somebody watches. */
    static Invocation watched(final Object... arguments) {
        return of(true, arguments);
    }

    private static Invocation of(final boolean interactive, final Object... arguments) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        final Terminal terminal = new Terminal(stream(out), stream(err), interactive);
        final int code = Tagma.execute(terminal, texts);
        terminal.out().flush();
        return new Invocation(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(final ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    /** The rest of the first line of the output that begins so. */
    String after(final String label) {
        return out.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(label))
                .map(line -> line.substring(label.length()).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line '" + label + "' in:\n" + out + err));
    }
}
