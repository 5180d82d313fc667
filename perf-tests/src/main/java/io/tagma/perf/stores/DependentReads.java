package io.tagma.perf.stores;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.agrona.concurrent.NanoClock;

/**
 * What this machine takes for a read that has to wait for the one before it, among as many bytes as rows take, of at most {@value #MOST_ROWS} of them, beyond
 * which it gets no slower: finding a random row and reading it makes two that wait like this, one in the index and one in the row. Stateless.
 */
final class DependentReads {
    private static final int ROUNDS = 3;
    private static final int READS = 1_000_000;
    private static final int MOST_ROWS = 1_000_000;
    private static final long SEED = 7;
    /** Bytes from one row to the next: header, 16 floats and what a map keeps beside them. */
    private static final long STRIDE = 192;

    private DependentReads() {}

    /** Mean of the best of three rounds, ns. */
    static double measure(final NanoClock clock, final int wantedRows) {
        final int rows = Math.min(wantedRows, MOST_ROWS);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(rows * STRIDE, Long.BYTES);
            final int[] order = circle(rows);
            for (int i = 0; i < rows; i++) {
                memory.set(ValueLayout.JAVA_LONG, order[i] * STRIDE, order[(i + 1) % rows] * STRIDE);
            }
            double best = Double.MAX_VALUE;
            long at = 0;
            for (int round = 0; round < ROUNDS; round++) {
                final long start = clock.nanoTime();
                for (int i = 0; i < READS; i++) {
                    at = memory.get(ValueLayout.JAVA_LONG, at);
                }
                best = Math.min(best, (double) (clock.nanoTime() - start) / READS);
            }
            if (at % STRIDE != 0) {
                throw new IllegalStateException("left the circle at " + at);
            }
            return best;
        }
    }

    /** All numbers below {@code n}, shuffled (Fisher and Yates). */
    private static int[] circle(final int n) {
        final SplittableRandom random = new SplittableRandom(SEED);
        final int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            final int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
