package io.tagma.engine.council;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.council.VectorClock.Order;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clocks say of two events which knew of which. */
class VectorClockTest {
    private static VectorClock clock(final long... counters) {
        final VectorClock clock = new VectorClock(4);
        for (int i = 0; i < counters.length; i++) {
            if (counters[i] >= 0) {
                clock.set(i, counters[i]);
            }
        }
        return clock;
    }

    @Test
    void mergingTakesTheGreaterOfEachPair() {
        final VectorClock clock = clock(2, 1, 0);
        final VectorClock other = clock(1, 3, -1, 2);
        assertThat(other).hasToString("{1,3,·,2}");
        assertThat(clock.compare(other)).isEqualTo(Order.CONCURRENT);
        clock.merge(other);
        assertThat(clock).hasToString("{2,3,0,2}");
        assertThat(other.compare(clock)).isEqualTo(Order.BEFORE);
        assertThat(clock.compare(other)).isEqualTo(Order.AFTER);
        assertThat(clock(0, 1).compare(clock(-1, 1))).as("unheard of is 0").isEqualTo(Order.EQUAL);
    }

    /** Against what happened before what, kept as sets of events. */
    @Test
    void theOrderIsThatOfTheEvents() {
        final Random random = new Random(8);
        for (int round = 0; round < 2_000; round++) {
            final VectorClock[] clocks = {clock(), clock(), clock(), clock()};
            final BitSet[] pasts = {new BitSet(), new BitSet(), new BitSet(), new BitSet()};
            for (int event = 0; event < 20; event++) {
                final int agent = random.nextInt(4);
                if (random.nextBoolean()) {
                    final int sender = random.nextInt(4);
                    clocks[agent].merge(clocks[sender]);
                    pasts[agent].or(pasts[sender]);
                }
                clocks[agent].tick(agent);
                pasts[agent].set(event);
            }
            for (int a = 0; a < 4; a++) {
                for (int b = 0; b < 4; b++) {
                    assertThat(clocks[a].compare(clocks[b])).isEqualTo(order(pasts[a], pasts[b]));
                }
            }
        }
    }

    private static Order order(final BitSet a, final BitSet b) {
        final BitSet onlyA = (BitSet) a.clone();
        onlyA.andNot(b);
        final BitSet onlyB = (BitSet) b.clone();
        onlyB.andNot(a);
        if (onlyA.isEmpty()) {
            return onlyB.isEmpty() ? Order.EQUAL : Order.BEFORE;
        }
        return onlyB.isEmpty() ? Order.AFTER : Order.CONCURRENT;
    }

    @Test
    void anAgentThatLeftIsForgottenForGood() {
        final VectorClock clock = clock(2, 5);
        final VectorClock late = clock(2, 9);
        assertThat(clock.compare(late)).isEqualTo(Order.BEFORE);
        clock.prune(1);
        assertThat(clock).hasToString("{2}");
        assertThat(clock.compare(late)).isEqualTo(Order.EQUAL);
        clock.merge(late);
        assertThat(clock.knows(1)).isFalse();
        assertThatThrownBy(() -> clock.tick(1)).hasMessageContaining("agent 1 left");
        late.merge(clock);
        assertThat(late.counter(1)).as("who still counts it keeps it").isEqualTo(9);
    }

    @Test
    void clocksOfOtherSizesDoNotCompare() {
        assertThatThrownBy(() -> clock().merge(new VectorClock(5))).hasMessageContaining("4 and 5");
    }

    @Test
    void aSnapshotHoldsAllOfIt(@TempDir final Path directory) {
        final VectorClock clock = clock(3, -1, 7);
        clock.prune(3);
        final Path file = directory.resolve("clock");
        try (SnapshotWriter writer = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            clock.save(writer);
            writer.commit();
        }
        final VectorClock loaded = new VectorClock(4);
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            loaded.load(reader);
        }
        assertThat(loaded).isEqualTo(clock);
        assertThatThrownBy(() -> loaded.tick(3)).hasMessageContaining("left");
    }
}
