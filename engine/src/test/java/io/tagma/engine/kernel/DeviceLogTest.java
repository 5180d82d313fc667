package io.tagma.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.kernel.DeviceLog.Failure;
import io.tagma.engine.kernel.DeviceLog.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits to be journaled: bounded, each for its shard, nothing twice. */
class DeviceLogTest {
    private final DeviceLog log = new DeviceLog();
    private long sequence = 41;
    private final Scope mine = log.scope(() -> sequence);
    private final Scope other = log.scope(() -> -1);

    @Test
    void aScopeTakesItsOwnAndNobodys() {
        log.add("dot", "a", false);
        mine.enter();
        log.add("dot", "b", false);
        sequence++;
        log.add("dot", "c", false);
        mine.leave();
        other.enter();
        log.add("dot", "d", false);
        other.leave();

        final List<Failure> taken = log.take(mine);
        assertThat(taken.stream().map(Failure::why)).containsExactly("a", "b", "c");
        assertThat(taken.stream().map(Failure::sequence)).containsExactly(0L, 41L, 42L);
        assertThat(taken.stream().map(Failure::number)).containsExactly(1L, 2L, 3L);
        assertThat(log.isEmpty()).isFalse();
        assertThat(log.take(mine)).isEmpty();
        assertThat(log.take(other).stream().map(Failure::sequence)).containsExactly(-1L);
        assertThat(log.isEmpty()).isTrue();
    }

    /** A scope that was entered by one thread is no other's. */
    @Test
    void anotherThreadsCallsAreNobodys() throws InterruptedException {
        mine.enter();
        final Thread thread = Thread.ofPlatform().name("elsewhere").unstarted(() -> log.add("dot", "x", false));
        thread.start();
        thread.join();
        mine.leave();

        final Failure failure = log.take(other).getFirst();
        assertThat(failure.sequence()).isZero();
        assertThat(failure.thread()).isEqualTo("elsewhere");
    }

    @Test
    void theLatestFindNoRoomButTheEndOfTheDeviceDoes() {
        for (int i = 0; i < DeviceLog.CAPACITY + 10; i++) {
            log.add("dot", "w" + i, false);
        }
        log.add("dot", "the end", true);
        log.add("dot", "after", false);

        final List<Failure> taken = log.take(mine);
        assertThat(taken).hasSize(DeviceLog.CAPACITY);
        assertThat(taken.subList(0, DeviceLog.CAPACITY - 1).stream().map(Failure::number))
                .startsWith(1L)
                .endsWith(DeviceLog.CAPACITY - 1L)
                .isSorted();
        assertThat(taken.getLast().left()).isTrue();
        // The gap says how many were left out.
        assertThat(taken.getLast().number()).isEqualTo(DeviceLog.CAPACITY + 11L);
    }

    @Test
    void whatCouldNotBeJournaledComesAgainInItsOrder() {
        log.add("dot", "a", false);
        log.add("dot", "b", true);
        final List<Failure> taken = log.take(mine);
        for (int i = 0; i < DeviceLog.CAPACITY; i++) {
            log.add("dot", "later", false);
        }
        log.putBack(taken);

        final List<Failure> again = log.take(mine);
        assertThat(again).hasSize(DeviceLog.CAPACITY).startsWith(taken.get(0), taken.get(1));
        assertThat(log.isEmpty()).isTrue();
    }
}
