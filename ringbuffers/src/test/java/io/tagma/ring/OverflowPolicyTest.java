package io.tagma.ring;

import static io.tagma.ring.Frames.SLOT_LENGTH;
import static io.tagma.ring.Frames.fill;
import static io.tagma.ring.Frames.put;
import static io.tagma.ring.Frames.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.ring.Frames.WaitingWorld;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a producer does at a full ring, on one thread: whatever happens while it waits is a step of its idle strategy. */
class OverflowPolicyTest {
    private static final int CAPACITY = 16;
    private static final int SPAN = 4;
    private static final long TIMEOUT_NS = 10 * WaitingWorld.STEP_NS;
    private static final int DROPPABLE = 7;
    private static final int PRECIOUS = 8;

    private Runnable meanwhile = () -> {};
    private final WaitingWorld world = new WaitingWorld(() -> meanwhile.run());

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private FrameRing blocking() {
        return new FrameRing(FrameRingConfig.rejecting(CAPACITY, SLOT_LENGTH)
                .waiting(world, () -> world)
                .blocking(TIMEOUT_NS));
    }

    private FrameRing dropping(final long classes) {
        return new FrameRing(FrameRingConfig.rejecting(CAPACITY, SLOT_LENGTH)
                .waiting(world, () -> world)
                .withShedSpan(SPAN)
                .droppingOldest(TIMEOUT_NS, classes));
    }

    @Test
    void blockTimesOutWhenNobodyConsumes() {
        final FrameRing ring = blocking();
        fill(ring, DROPPABLE);

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(RingCode.TIMED_OUT);

        assertThat(world.waits()).isEqualTo(10);
        assertThat(ring.counters().timedOut()).isEqualTo(1);
        assertThat(ring.counters().waits()).isEqualTo(1);
        assertThat(ring.counters().dropped()).isZero();
    }

    @Test
    void blockGetsTheSlotThatTheConsumerGivesBackMeanwhile() {
        final FrameRing ring = blocking();
        fill(ring, DROPPABLE);
        meanwhile = () -> {
            if (world.waits() == 3) {
                take(ring, 1);
            }
        };

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(CAPACITY);

        assertThat(world.waits()).isEqualTo(3);
        assertThat(ring.counters().timedOut()).isZero();
        assertThat(ring.counters().waits()).isEqualTo(1);
    }

    @Test
    void aBlockedProducerGivesUpWhenTheRingCloses() {
        final FrameRing ring = blocking();
        fill(ring, DROPPABLE);
        meanwhile = ring::close;

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(RingCode.CLOSED);

        assertThat(world.waits()).isEqualTo(1);
        assertThat(ring.counters().refusedClosed()).isEqualTo(1);
    }

    @Test
    void anInterruptedProducerGivesUpAndStaysInterrupted() {
        final FrameRing ring = blocking();
        fill(ring, DROPPABLE);
        meanwhile = () -> Thread.currentThread().interrupt();

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(RingCode.TIMED_OUT);

        assertThat(world.waits()).isEqualTo(1);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void droppingShedsTheOldestUpToTheMarkAndKeepsTheRest() {
        final FrameRing ring = dropping(1L << DROPPABLE);
        fill(ring, DROPPABLE);
        meanwhile = () -> assertThat(take(ring, 2)).containsExactly(4L, 5L);

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(CAPACITY);

        assertThat(ring.counters().shedRequests()).isEqualTo(1);
        assertThat(ring.counters().dropped()).isEqualTo(SPAN);
        assertThat(ring.counters().droppedOfClass(DROPPABLE)).isEqualTo(SPAN);
        assertThat(ring.counters().droppedOfClass(PRECIOUS)).isZero();
        assertThat(take(ring, CAPACITY))
                .hasSize(CAPACITY - SPAN - 2 + 1)
                .startsWith(6L)
                .endsWith(99L);
        assertThat(ring.counters().consumed()).isEqualTo(13);
    }

    @Test
    void roomIsThereAsSoonAsTheConsumerHasSkippedNotWhenItEndsItsBatch() {
        final FrameRing ring = dropping(1L << DROPPABLE);
        fill(ring, DROPPABLE);
        meanwhile = () -> ring.beginBatch(1);

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(CAPACITY);

        assertThat(Frames.longsOf(ring, 1)).containsExactly(4L);
    }

    @Test
    void preciousFramesAmongTheOldestAreKept() {
        final FrameRing ring = dropping(1L << DROPPABLE);
        for (int i = 0; i < CAPACITY; i++) {
            put(ring, i, i % 2 == 0 ? PRECIOUS : DROPPABLE);
        }
        meanwhile = () -> take(ring, 1);

        assertThat(put(ring, 99, PRECIOUS)).isEqualTo(CAPACITY);

        assertThat(take(ring, CAPACITY)).containsExactly(2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 99L);
        assertThat(ring.counters().dropped()).isEqualTo(2);
    }

    @Test
    void aRingWithNothingDroppableTimesOut() {
        final FrameRing ring = dropping(1L << DROPPABLE);
        fill(ring, PRECIOUS);
        // The consumer looks, as it would in its duty cycle, but is busy with a batch that does not end.
        meanwhile = () -> assertThat(ring.beginBatch(1)).isEqualTo(1);

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(RingCode.TIMED_OUT);

        assertThat(ring.counters().dropped()).isZero();
        assertThat(ring.counters().timedOut()).isEqualTo(1);
        assertThat(ring.backlog()).isEqualTo(CAPACITY);
    }

    @Test
    void aFrameOfAnOpenBatchIsNeverShed() {
        final FrameRing ring = dropping(-1L);
        fill(ring, DROPPABLE);
        assertThat(ring.beginBatch(2)).isEqualTo(2);

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(RingCode.TIMED_OUT);

        assertThat(Frames.longsOf(ring, ring.beginBatch(2))).containsExactly(0L, 1L);
        ring.endBatch();
        // The mark reaches to the fourth oldest, of which the batch had two.
        assertThat(take(ring, 1)).containsExactly(4L);
        assertThat(ring.counters().dropped()).isEqualTo(2);
    }

    @Test
    void oneShedRequestStandsForAllWhoWaitUntilTheConsumerHasPassedIt() {
        final FrameRing ring = dropping(-1L);
        fill(ring, DROPPABLE);

        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(RingCode.TIMED_OUT);
        assertThat(put(ring, 99, DROPPABLE)).isEqualTo(RingCode.TIMED_OUT);

        assertThat(ring.counters().shedRequests()).isEqualTo(1);
        assertThat(take(ring, CAPACITY)).hasSize(CAPACITY - SPAN);
        assertThat(ring.counters().dropped()).isEqualTo(SPAN);
    }

    @Test
    void everyRefusalAndOutcomeIsInTheAccount() {
        final FrameRing ring = dropping(1L << DROPPABLE);
        for (int i = 0; i < CAPACITY; i++) {
            final long sequence = ring.tryClaim(8, i % 2 == 0 ? PRECIOUS : DROPPABLE);
            if (i % 5 == 0) {
                ring.abort(sequence);
            } else {
                ring.commit(sequence);
            }
        }
        put(ring, 99, PRECIOUS);
        while (ring.backlog() > 0) {
            take(ring, 3);
        }

        final RingCounters counters = ring.counters();
        assertThat(counters.aborted()).isEqualTo(4);
        assertThat(counters.consumed() + counters.dropped() + counters.aborted())
                .isEqualTo(counters.claimed());
        assertThat(counters.timedOut()).isEqualTo(1);
    }
}
