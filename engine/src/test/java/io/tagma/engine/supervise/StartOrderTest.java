package io.tagma.engine.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StartOrderTest {
    private final List<String> up = Collections.synchronizedList(new ArrayList<>());

    /** Three starts that each wait for the other two: one after the other, they would never be up. */
    @Test
    void servicesThatNeedNothingStartAtOnce() {
        final CyclicBarrier together = new CyclicBarrier(3);
        start(new StartOrder()
                .add("a", () -> meet(together, "a"))
                .add("b", () -> meet(together, "b"))
                .add("c", () -> meet(together, "c")));
        assertThat(up).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void aServiceStartsAfterWhatItNeedsInAnyGraph() {
        for (long seed = 0; seed < 100; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final StartOrder order = new StartOrder();
            final List<List<String>> needs = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                final List<String> mine = new ArrayList<>();
                for (int j = 0; j < i; j++) {
                    if (random.nextInt(4) == 0) {
                        mine.add("s" + j);
                    }
                }
                needs.add(mine);
                final String name = "s" + i;
                order.add(name, () -> up.add(name), mine.toArray(String[]::new));
            }
            up.clear();
            start(order);
            assertThat(up).as("seed %d", seed).hasSize(12);
            for (int i = 0; i < 12; i++) {
                assertThat(up.subList(0, up.indexOf("s" + i)))
                        .as("seed %d", seed)
                        .containsAll(needs.get(i));
            }
        }
    }

    @Test
    void aCircleIsRefusedAndPrinted() {
        final StartOrder order = new StartOrder()
                .add("free", () -> up.add("free"))
                .add("tail", () -> {}, "store")
                .add("store", () -> {}, "audit", "free")
                .add("audit", () -> {}, "ring")
                .add("ring", () -> {}, "store");
        assertThatThrownBy(() -> start(order))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("circle: store -> audit -> ring -> store;");
        assertThat(up).isEmpty();
    }

    @Test
    void aNeedThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new StartOrder().add("a", () -> {}, "b").order())
                .hasMessageContaining("\"a\" needs \"b\"");
    }

    @Test
    void aFailureIsNamedAndOnlyWhatNeedsItStaysDown() {
        final StartOrder order = new StartOrder()
                .add("bad", () -> {
                    throw new IllegalStateException("no disk");
                })
                .add("after", () -> up.add("after"), "bad")
                .add("later", () -> up.add("later"), "after")
                .add("other", () -> up.add("other"));
        assertThatThrownBy(() -> start(order))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"bad\" did not start")
                .hasMessageContaining("no disk")
                .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
        assertThat(up).containsExactly("other");
    }

    private static void start(final StartOrder order) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            order.start(threads);
        }
    }

    private void meet(final CyclicBarrier barrier, final String name) {
        try {
            barrier.await();
            up.add(name);
        } catch (final InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
