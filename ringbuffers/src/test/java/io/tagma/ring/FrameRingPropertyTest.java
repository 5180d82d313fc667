package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.ring.Frames.WaitingWorld;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Random walks over a ring, step by step beside a queue that says what must happen. One thread. */
class FrameRingPropertyTest {
    private static final int DROPPABLE_CLASS = 1;

    /** What may be done to a ring. */
    enum Step {
        PUT,
        PUT_DROPPABLE,
        ABORT,
        CLAIM,
        COMMIT_OLDEST_CLAIM,
        TAKE
    }

    @Property(tries = 500)
    void behavesLikeABoundedQueue(
            @ForAll @Size(max = 300) final List<Step> steps,
            @ForAll @IntRange(min = 1, max = 5) final int capacityBits,
            @ForAll @IntRange(min = 1, max = 40) final int limit) {
        final int capacity = 1 << capacityBits;
        final Model model = new Model(capacity);
        for (final Step step : steps) {
            model.apply(step, limit);
            model.checkAccount();
        }
        model.finish();
    }

    @Property(tries = 500)
    void sheddingTakesOnlyDroppableFramesAndOnlyWhatTheMarkCovers(
            @ForAll @Size(max = 400) final List<Boolean> droppable,
            @ForAll @IntRange(min = 1, max = 16) final int span,
            @ForAll @IntRange(min = 1, max = 16) final int limit) {
        final List<Long> taken = new ArrayList<>();
        final FrameRing[] ring = new FrameRing[1];
        final WaitingWorld world = new WaitingWorld(() -> taken.addAll(Frames.take(ring[0], limit)));
        ring[0] = new FrameRing(FrameRingConfig.rejecting(16, Frames.SLOT_LENGTH)
                .waiting(world, () -> world)
                .withShedSpan(span)
                .droppingOldest(WaitingWorld.STEP_NS, 1L << DROPPABLE_CLASS));

        final List<Long> precious = new ArrayList<>();
        for (int i = 0; i < droppable.size(); i++) {
            assertThat(Frames.put(ring[0], i, droppable.get(i) ? DROPPABLE_CLASS : 0))
                    .isEqualTo(i);
            if (!droppable.get(i)) {
                precious.add((long) i);
            }
        }
        while (ring[0].backlog() > 0) {
            taken.addAll(Frames.take(ring[0], limit));
        }

        final RingCounters counters = ring[0].counters();
        assertThat(taken).isSorted().doesNotHaveDuplicates().containsAll(precious);
        assertThat(counters.consumed()).isEqualTo(taken.size());
        assertThat(counters.consumed() + counters.dropped()).isEqualTo(droppable.size());
        assertThat(counters.dropped()).isLessThanOrEqualTo(counters.shedRequests() * span);
    }

    /** The ring and, beside it, what it must hold. */
    private static final class Model {
        private static final long HOLE = -1;

        private final FrameRing ring;
        private final int capacity;

        /** One entry a slot in use: a value, or a hole. */
        private final Deque<Long> slots = new ArrayDeque<>();

        private final Deque<Long> open = new ArrayDeque<>();
        private long nextValue;
        private long rejected;

        Model(final int capacity) {
            this.capacity = capacity;
            this.ring = new FrameRing(FrameRingConfig.rejecting(capacity, Frames.SLOT_LENGTH));
        }

        void apply(final Step step, final int limit) {
            switch (step) {
                case PUT -> put(0);
                case PUT_DROPPABLE -> put(DROPPABLE_CLASS);
                case ABORT -> abort();
                case CLAIM -> claim();
                case COMMIT_OLDEST_CLAIM -> commitOldest();
                case TAKE -> take(limit);
            }
        }

        private boolean claimed(final long sequence) {
            if (slots.size() == capacity) {
                assertThat(sequence).isEqualTo(RingCode.FULL);
                rejected++;
                return false;
            }
            assertThat(sequence).isEqualTo(nextValue);
            nextValue++;
            return true;
        }

        private void put(final int frameClass) {
            if (claimed(Frames.put(ring, nextValue, frameClass))) {
                slots.add(nextValue - 1);
            }
        }

        private void abort() {
            final long sequence = ring.tryClaim(0, 0);
            if (claimed(sequence)) {
                ring.abort(sequence);
                slots.add(HOLE);
            }
        }

        private void claim() {
            final long sequence = ring.tryClaim(Long.BYTES, 0);
            if (claimed(sequence)) {
                ring.buffer().putLong(ring.offset(sequence), sequence);
                slots.add(sequence);
                open.add(sequence);
            }
        }

        private void commitOldest() {
            if (!open.isEmpty()) {
                ring.commit(open.remove());
            }
        }

        private void take(final int limit) {
            final List<Long> expected = new ArrayList<>();
            while (expected.size() < limit && !slots.isEmpty() && !slots.peek().equals(open.peek())) {
                final long value = slots.remove();
                if (value != HOLE) {
                    expected.add(value);
                }
            }
            assertThat(Frames.take(ring, limit)).isEqualTo(expected);
        }

        void checkAccount() {
            final RingCounters counters = ring.counters();
            assertThat(ring.backlog()).isEqualTo(slots.size());
            assertThat(counters.claimed()).isEqualTo(nextValue);
            assertThat(counters.rejected()).isEqualTo(rejected);
            assertThat(counters.consumed() + counters.aborted() + ring.backlog())
                    .isEqualTo(nextValue);
        }

        void finish() {
            while (!open.isEmpty()) {
                commitOldest();
            }
            take(Integer.MAX_VALUE);
            checkAccount();
            assertThat(ring.backlog()).isZero();
        }
    }
}
