package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows that the warm tier keeps, held against those that LRU would. */
class WarmQueuesTest {
    private static final int SUBJECTS = 100_000;
    private static final int ACCESSES = 1_000_000;
    private static final int SCAN_EVERY = 100_000;
    private static final int SCAN_LENGTH = 20_000;

    // What a capacity gains over LRU at least, in hundredths of all accesses; the gain itself stands in the decision
    // record.
    @ParameterizedTest
    @CsvSource({"0.9, 1000, false, 5", "0.9, 10000, false, 4", "0.9, 1000, true, 5", "0.9, 10000, true, 5"})
    void moreHitsThanLru(final double skew, final int capacity, final boolean scans, final double gain) {
        final long[] trace = trace(skew, scans, 42);
        final double ours = 100.0 * hits(trace, capacity) / trace.length;
        final double lru = 100.0 * lruHits(trace, capacity) / trace.length;
        assertThat(ours).as("hits in a hundred, LRU has %.1f", lru).isGreaterThan(lru + gain);
    }

    @ParameterizedTest
    @CsvSource({"16", "17", "1000"})
    void aTierInFullUseStillChoosesInBoundedSteps(final int capacity) {
        try (Arena arena = Arena.ofConfined()) {
            final Warm warm = new Warm(arena, capacity);
            for (int round = 0; round < 4; round++) {
                for (long subject = 0; subject < capacity; subject++) {
                    warm.touch(subject);
                }
            }
            for (long subject = capacity; subject < 3L * capacity; subject++) {
                assertThat(warm.touch(subject)).isFalse();
                assertThat(warm.index.size()).isEqualTo(capacity);
            }
        }
    }

    private static long hits(final long[] trace, final int capacity) {
        try (Arena arena = Arena.ofConfined()) {
            final Warm warm = new Warm(arena, capacity);
            return Arrays.stream(trace).filter(warm::touch).count();
        }
    }

    private static long lruHits(final long[] trace, final int capacity) {
        final Map<Long, Boolean> kept = new LinkedHashMap<>(capacity, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(final Map.Entry<Long, Boolean> eldest) {
                return size() > capacity;
            }
        };
        return Arrays.stream(trace)
                .filter(subject -> kept.put(subject, true) != null)
                .count();
    }

    /** Zipf's law over shuffled subjects by inversion; with scans, every so often a run over subjects that come once. */
    private static long[] trace(final double skew, final boolean scans, final long seed) {
        final double[] sums = new double[SUBJECTS];
        double sum = 0;
        for (int i = 0; i < SUBJECTS; i++) {
            sum += Math.pow(i + 1.0, -skew);
            sums[i] = sum;
        }
        final SplittableRandom random = new SplittableRandom(seed);
        final long[] trace = new long[ACCESSES];
        long fresh = SUBJECTS;
        for (int i = 0; i < ACCESSES; i++) {
            final int found = Arrays.binarySearch(sums, random.nextDouble() * sum);
            final boolean scanning = scans && i % SCAN_EVERY < SCAN_LENGTH;
            trace[i] = scanning ? fresh++ : (found < 0 ? -found - 1 : found);
        }
        return trace;
    }

    /** The index and the queues over rows of which there is nothing but the subject. */
    private static final class Warm {
        final RowIndex index;
        private final WarmQueues queues;
        private final long base;
        private final int capacity;
        private long free;

        Warm(final Arena arena, final int capacity) {
            this.capacity = capacity;
            index = new RowIndex(capacity);
            queues = new WarmQueues(index, capacity);
            base = arena.allocate((long) capacity * RowLayout.HEADER_LENGTH, RowLayout.ALIGNMENT)
                    .address();
            free = base;
        }

        boolean touch(final long subject) {
            if (index.use(subject) != 0) {
                return true;
            }
            long place = free;
            if (index.size() == capacity) {
                final long victim = queues.victim();
                place = index.get(victim);
                index.remove(victim);
            } else {
                free += RowLayout.HEADER_LENGTH;
            }
            Memory.putLong(place + RowLayout.SUBJECT, subject);
            index.put(subject, place);
            queues.admit(subject);
            return false;
        }
    }
}
