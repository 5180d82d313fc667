package io.tagma.ring;

import static io.tagma.ring.Frames.SLOT_LENGTH;
import static io.tagma.ring.Frames.fill;
import static io.tagma.ring.Frames.longsOf;
import static io.tagma.ring.Frames.put;
import static io.tagma.ring.Frames.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** One thread on both sides of a ring. */
class FrameRingTest {
    private static final int CAPACITY = 8;

    private final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(CAPACITY, SLOT_LENGTH));
    private final RingCounters counters = ring.counters();

    @Test
    void framesArriveInOrderWithTheirLengthAndClass() {
        put(ring, 11, 3);
        put(ring, 12, 63);

        assertThat(ring.beginBatch(10)).isEqualTo(2);
        assertThat(longsOf(ring, 2)).containsExactly(11L, 12L);
        assertThat(ring.frameLength(1)).isEqualTo(Long.BYTES);
        assertThat(ring.frameClass(0)).isEqualTo(3);
        assertThat(ring.frameClass(1)).isEqualTo(63);
        ring.endBatch();
        assertThat(ring.beginBatch(10)).isZero();
        assertThat(ring.backlog()).isZero();
    }

    @Test
    void offerCopiesTheFrameAndPublishesIt() {
        final ExpandableArrayBuffer source = new ExpandableArrayBuffer();
        source.putStringWithoutLengthAscii(5, "proposal");

        assertThat(ring.offer(source, 5, 8, 1)).isZero();

        assertThat(ring.beginBatch(1)).isEqualTo(1);
        assertThat(ring.buffer().getStringWithoutLengthAscii(ring.frameOffset(0), ring.frameLength(0)))
                .isEqualTo("proposal");
    }

    @Test
    void offerOfBytesThatAreNotThereClaimsNothing() {
        final UnsafeBuffer source = new UnsafeBuffer(new byte[4]);

        assertThatThrownBy(() -> ring.offer(source, 0, 8, 0)).isInstanceOf(IndexOutOfBoundsException.class);

        assertThat(counters.claimed()).isZero();
    }

    @Test
    void nothingIsVisibleBeforeItsCommitNorPastAGap() {
        final long first = ring.tryClaim(Long.BYTES, 0);
        put(ring, 2, 0);

        assertThat(ring.beginBatch(10)).isZero();
        assertThat(ring.backlog()).isEqualTo(2);

        ring.buffer().putLong(ring.offset(first), 1);
        ring.commit(first);
        assertThat(take(ring, 10)).containsExactly(1L, 2L);
    }

    @Test
    void aFrameMayFillItsSlotButNotOneByteMore() {
        assertThat(ring.maxFrameLength()).isEqualTo(SLOT_LENGTH - FrameSlotLayout.SLOT_HEADER_LENGTH);
        final long full = ring.tryClaim(ring.maxFrameLength(), 0);
        final long next = ring.tryClaim(0, 0);
        ring.buffer().setMemory(ring.offset(full), ring.maxFrameLength(), (byte) 0xFF);
        ring.commit(full);
        ring.commit(next);

        assertThat(ring.tryClaim(ring.maxFrameLength() + 1, 0)).isEqualTo(RingCode.TOO_LONG);
        assertThat(ring.tryClaim(Integer.MAX_VALUE, 0)).isEqualTo(RingCode.TOO_LONG);
        assertThat(ring.offer(new UnsafeBuffer(new byte[100]), 0, 57, 0)).isEqualTo(RingCode.TOO_LONG);

        assertThat(ring.beginBatch(10)).isEqualTo(2);
        assertThat(ring.frameLength(0)).isEqualTo(ring.maxFrameLength());
        assertThat(ring.frameLength(1)).isZero();
        assertThat(counters.tooLong()).isEqualTo(3);
        assertThat(counters.claimed()).isEqualTo(2);
    }

    @Test
    void aNegativeLengthOrAClassOutOfRangeIsTheCallersError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.tryClaim(-1, 0))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.tryClaim(8, 64))
                .withMessageContaining("64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ring.tryClaim(8, -1))
                .withMessageContaining("-1");
        assertThat(counters.claimed()).isZero();
    }

    @Test
    void abortedClaimsAreSkippedAndCounted() {
        put(ring, 1, 0);
        ring.abort(ring.tryClaim(Long.BYTES, 0));
        put(ring, 3, 0);
        ring.abort(ring.tryClaim(Long.BYTES, 0));

        assertThat(take(ring, 10)).containsExactly(1L, 3L);
        assertThat(counters.aborted()).isEqualTo(2);
        assertThat(counters.consumed()).isEqualTo(2);
        assertThat(ring.backlog()).isZero();
    }

    @Test
    void aRingFullOfAbortedClaimsGivesItsSlotsBackWithoutABatch() {
        for (int i = 0; i < CAPACITY; i++) {
            ring.abort(ring.tryClaim(Long.BYTES, 0));
        }
        assertThat(ring.beginBatch(1)).isZero();
        assertThat(ring.backlog()).isZero();
        assertThat(put(ring, 1, 0)).isEqualTo(CAPACITY);
    }

    @Test
    void leadingHolesGoBackBeforeTheBatchEnds() {
        ring.abort(ring.tryClaim(Long.BYTES, 0));
        for (int i = 1; i < CAPACITY; i++) {
            put(ring, i, 0);
        }
        assertThat(ring.beginBatch(1)).isEqualTo(1);
        assertThat(put(ring, 100, 0)).isEqualTo(CAPACITY);
        assertThat(put(ring, 101, 0)).isEqualTo(RingCode.FULL);
        assertThat(longsOf(ring, 1)).containsExactly(1L);
    }

    @Test
    void aFullRingRejectsAndCounts() {
        fill(ring, 0);

        assertThat(put(ring, 99, 0)).isEqualTo(RingCode.FULL);
        assertThat(put(ring, 99, 0)).isEqualTo(RingCode.FULL);

        assertThat(counters.rejected()).isEqualTo(2);
        assertThat(counters.waits()).isZero();
        assertThat(take(ring, 1)).containsExactly(0L);
        assertThat(put(ring, 8, 0)).isEqualTo(CAPACITY);
    }

    @Test
    void slotsStayClaimedUntilTheBatchEnds() {
        fill(ring, 0);
        assertThat(ring.beginBatch(4)).isEqualTo(4);
        assertThat(put(ring, 99, 0)).isEqualTo(RingCode.FULL);
        ring.endBatch();
        assertThat(put(ring, 99, 0)).isNotNegative();
        assertThat(ring.backlog()).isEqualTo(CAPACITY - 4 + 1);
    }

    @Test
    void batchesAreBoundedByLimitAndCapacity() {
        fill(ring, 0);
        assertThat(take(ring, 3)).hasSize(3);
        assertThat(take(ring, 0)).isEmpty();
        assertThat(take(ring, -1)).isEmpty();
        assertThat(take(ring, Integer.MAX_VALUE)).hasSize(5);
    }

    @Test
    void anOpenBatchHasNoOtherFrames() {
        fill(ring, 0);
        assertThat(ring.beginBatch(2)).isEqualTo(2);
        assertThatThrownBy(() -> ring.frameOffset(2)).isInstanceOf(IndexOutOfBoundsException.class);
        ring.endBatch();
        assertThatThrownBy(() -> ring.frameOffset(0)).isInstanceOf(IndexOutOfBoundsException.class);
        ring.endBatch();
        assertThat(counters.consumed()).isEqualTo(2);
    }

    @Test
    void sequencesWrapAroundTheSlots() {
        for (long value = 0; value < 1_000; value += 3) {
            put(ring, value, 1);
            put(ring, value + 1, 2);
            put(ring, value + 2, 3);
            assertThat(take(ring, CAPACITY)).containsExactly(value, value + 1, value + 2);
        }
        assertThat(counters.claimed()).isEqualTo(1_002);
        assertThat(counters.consumed()).isEqualTo(1_002);
    }

    @Test
    void anAbortedSlotIsWholeAgainOnItsNextLap() {
        for (int i = 0; i < CAPACITY; i++) {
            ring.abort(ring.tryClaim(Long.BYTES, 0));
        }
        assertThat(ring.beginBatch(CAPACITY)).isZero();
        fill(ring, 5);
        assertThat(take(ring, CAPACITY)).hasSize(CAPACITY);
    }

    @Test
    void aBatchWhoseConsumerDiedIsPresentedAgainToItsSuccessor() {
        fill(ring, 0);
        assertThat(ring.beginBatch(2)).isEqualTo(2);

        // no endBatch: the handler threw, and a new consumer takes over
        assertThat(ring.beginBatch(5)).isEqualTo(2);
        assertThat(longsOf(ring, 2)).containsExactly(0L, 1L);
        ring.endBatch();

        assertThat(take(ring, 5)).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(counters.consumed()).isEqualTo(7);
    }

    @Test
    void aClosedRingRefusesProducersAndMayBeDrained() {
        put(ring, 1, 0);
        final long late = ring.tryClaim(Long.BYTES, 0);
        ring.close();
        ring.close();

        assertThat(ring.isClosed()).isTrue();
        assertThat(put(ring, 3, 0)).isEqualTo(RingCode.CLOSED);
        assertThat(counters.refusedClosed()).isEqualTo(1);
        assertThat(take(ring, 10)).containsExactly(1L);
        assertThat(ring.isDrained()).isFalse();

        ring.buffer().putLong(ring.offset(late), 2);
        ring.commit(late);
        assertThat(take(ring, 10)).containsExactly(2L);
        assertThat(ring.isDrained()).isTrue();
    }

    @Test
    void anOpenRingIsNeverDrained() {
        assertThat(ring.isDrained()).isFalse();
        assertThat(ring.capacity()).isEqualTo(CAPACITY);
    }

    @Test
    void commitsSignalTheConsumerAndSoDoesClosing() {
        final int[] signals = {0};
        try (FrameRing signalled =
                new FrameRing(FrameRingConfig.rejecting(CAPACITY, SLOT_LENGTH).signalling(() -> signals[0]++))) {
            put(signalled, 1, 0);
            signalled.abort(signalled.tryClaim(8, 0));
            assertThat(signals[0]).isEqualTo(2);
        }
        assertThat(signals[0]).isEqualTo(3);
    }
}
