package io.tagma.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The timer heap beside the JDK's priority queue. */
class TimerHeapTest {
    private static final int CAPACITY = 20;

    private record Timer(long deadline, long order, int agent) {}

    @Property(tries = 500)
    void firesLikeAPriorityQueue(@ForAll @Size(max = 200) final List<@IntRange(min = -10, max = 60) Integer> steps) {
        final TimerHeap heap = new TimerHeap(CAPACITY);
        final PriorityQueue<Timer> oracle =
                new PriorityQueue<>(Comparator.comparingLong(Timer::deadline).thenComparingLong(Timer::order));
        long order = 0;
        for (final int step : steps) {
            if (step >= 0) {
                final boolean taken = heap.schedule(step, step % 5, order);
                assertThat(taken).isEqualTo(oracle.size() < CAPACITY);
                if (taken) {
                    oracle.add(new Timer(step, order, step % 5));
                }
                order++;
            } else if (!oracle.isEmpty()) {
                check(heap, oracle.poll());
            }
            assertThat(heap.size()).isEqualTo(oracle.size());
        }
        while (!oracle.isEmpty()) {
            check(heap, oracle.poll());
        }
        assertThat(heap.isDue(Long.MAX_VALUE)).isFalse();
    }

    private static void check(final TimerHeap heap, final Timer expected) {
        assertThat(heap.isDue(expected.deadline())).isTrue();
        assertThat(heap.isDue(expected.deadline() - 1)).isFalse();
        assertThat(heap.firstDeadlineNs()).isEqualTo(expected.deadline());
        assertThat(heap.firstId()).isEqualTo(expected.order());
        assertThat(heap.firstAgent()).isEqualTo(expected.agent());
        heap.removeFirst();
    }

    @Test
    void equalDeadlinesFireInTheOrderTheyWereSet() {
        final TimerHeap heap = new TimerHeap(8);
        for (int i = 0; i < 8; i++) {
            heap.schedule(5, i, i);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(heap.firstId()).isEqualTo(i);
            heap.removeFirst();
        }
    }
}
