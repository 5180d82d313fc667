package io.tagma.tools.eval;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How a model did around a change, each example predicted before it was learnt; shares 0 to 1. Immutable.
 *
 * @param name of the model
 * @param before over the last 1,000 examples before the change
 * @param first over the first 1,000 after it
 * @param second over the next 1,000
 * @param later over the rest
 */
record Recovery(String name, double before, double first, double second, double later) {
    /** Examples of a window. */
    static final int WINDOW = 1_000;

    /** The least examples of a stream in whose middle something changes. */
    static final int LEAST = 6 * WINDOW;

    private static final double PERCENT = 100;

    /** Of what was said of each example of a stream. */
    static Recovery of(final String name, final ChangedStream stream, final int[] said) {
        final int change = stream.change();
        return new Recovery(
                name,
                right(stream, said, change - WINDOW, change),
                right(stream, said, change, change + WINDOW),
                right(stream, said, change + WINDOW, change + 2 * WINDOW),
                right(stream, said, change + 2 * WINDOW, said.length));
    }

    private static double right(final ChangedStream stream, final int[] said, final int from, final int to) {
        int right = 0;
        for (int i = from; i < to; i++) {
            right += said[i] == stream.label(i) ? 1 : 0;
        }
        return right / (double) (to - from);
    }

    /** The table's head. */
    static void head(final PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%n  %-40s %8s %8s %8s %8s%n",
                "accuracy % around the change",
                "before",
                "0-1,000",
                "1-2,000",
                "later");
    }

    /** One line of the table. */
    void line(final PrintStream out) {
        out.printf(
                Locale.ROOT,
                "  %-40s %8.2f %8.2f %8.2f %8.2f%n",
                name,
                PERCENT * before,
                PERCENT * first,
                PERCENT * second,
                PERCENT * later);
    }

    /** The figures in percent. */
    Map<String, Object> json() {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("accuracy_before", rounded(before));
        json.put("accuracy_0_1000", rounded(first));
        json.put("accuracy_1000_2000", rounded(second));
        json.put("accuracy_later", rounded(later));
        return json;
    }

    private static double rounded(final double share) {
        return Math.round(PERCENT * share * 1e3) / 1e3;
    }
}
