package io.tagma.engine.kernel;

import java.util.Arrays;
import java.util.Locale;

/** What one kernel took in two providers at several sizes, and the size from which on the second is taken. Immutable. */
final class Crossover {
    /** The threshold of a kernel for which the second provider was never faster. */
    static final long NEVER = Long.MAX_VALUE;

    private final String kernel;
    private final long[] sizes;
    private final double[] smallNs;
    private final double[] largeNs;

    /**
     * Times of a kernel.
     *
     * @param kernel its name
     * @param sizes measured, ascending; in floats, or in multiply-adds for kernels of many rows
     * @param smallNs ns a call of the provider for small calls, by size
     * @param largeNs ns a call of the provider for large calls, by size
     */
    Crossover(final String kernel, final long[] sizes, final double[] smallNs, final double[] largeNs) {
        if (sizes.length == 0 || sizes.length != smallNs.length || sizes.length != largeNs.length) {
            throw new IllegalArgumentException(kernel + ": as many times as sizes, one at least: " + sizes.length + ", "
                    + smallNs.length + " and " + largeNs.length);
        }
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] < 1 || (i > 0 && sizes[i] <= sizes[i - 1]) || !(smallNs[i] > 0) || !(largeNs[i] > 0)) {
                throw new IllegalArgumentException(
                        kernel + ": sizes must ascend and times be above 0: " + Arrays.toString(sizes));
            }
        }
        this.kernel = kernel;
        this.sizes = sizes.clone();
        this.smallNs = smallNs.clone();
        this.largeNs = largeNs.clone();
    }

    /** Its name. */
    String kernel() {
        return kernel;
    }

    /**
     * The smallest size measured from which on, at every size, the second provider is the faster one; 0 when it is at all of them,
     * {@link #NEVER} when it is not at the largest.
     */
    long from() {
        int first = sizes.length;
        while (first > 0 && largeNs[first - 1] < smallNs[first - 1]) {
            first--;
        }
        return first == 0 ? 0 : first == sizes.length ? NEVER : sizes[first];
    }

    /** As one line: {@code dot 4:2.1/7.3 16:5.0/8.1}, sizes with ns of both. */
    String format() {
        final StringBuilder line = new StringBuilder(kernel);
        for (int i = 0; i < sizes.length; i++) {
            line.append(String.format(Locale.ROOT, " %d:%.1f/%.1f", sizes[i], smallNs[i], largeNs[i]));
        }
        return line.toString();
    }

    /**
     * Reads a {@link #format() line}.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Crossover parse(final String line) {
        final String[] words = line.split(" ", -1);
        final int count = words.length - 1;
        final long[] sizes = new long[count];
        final double[] small = new double[count];
        final double[] large = new double[count];
        for (int i = 0; i < count; i++) {
            final String word = words[i + 1];
            final int colon = word.indexOf(':');
            final int slash = word.indexOf('/', colon);
            if (colon < 1 || slash < 0) {
                throw new IllegalArgumentException("not a size with two times, as in 16:5.0/8.1: '" + word + "'");
            }
            sizes[i] = Long.parseLong(word, 0, colon, 10);
            small[i] = Double.parseDouble(word.substring(colon + 1, slash));
            large[i] = Double.parseDouble(word.substring(slash + 1));
        }
        return new Crossover(words[0], sizes, small, large);
    }
}
