package io.tagma.ring;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The consumer's side of a ring: the batch it is working on and where the next begins. Owned by the consumer's thread.
 *
 * <p>The slots of a batch stay claimed until {@link #end()}. Those before the first live frame are given back at once, since nobody will
 * look at them again and a producer may be waiting for one.
 */
class FrameBatch extends CacheLinePadding {
    private long nextSequence;
    private int count;

    private final RingBuffer<FrameSlot> ring;
    private final UnsafeBuffer arena;
    private final Sequence consumedTo;
    private final Sequence shedMark;
    private final long droppableClasses;
    private final RingCounters counters;
    private final int[] payloadOffsets;

    private FrameBatch(
            final FrameRingConfig config,
            final RingBuffer<FrameSlot> ring,
            final UnsafeBuffer arena,
            final Sequence consumedTo,
            final Sequence shedMark,
            final RingCounters counters) {
        this.ring = ring;
        this.arena = arena;
        this.consumedTo = consumedTo;
        this.shedMark = shedMark;
        this.droppableClasses = config.overflowPolicy() == OverflowPolicy.DROP_OLDEST ? config.droppableClasses() : 0L;
        this.counters = counters;
        this.payloadOffsets = new int[config.capacity()];
    }

    static FrameBatch create(
            final FrameRingConfig config,
            final RingBuffer<FrameSlot> ring,
            final UnsafeBuffer arena,
            final Sequence consumedTo,
            final Sequence shedMark,
            final RingCounters counters) {
        return new Padded(config, ring, arena, consumedTo, shedMark, counters);
    }

    /** Collects at most {@code limit} live frames, or presents the open batch again; see {@link FrameRing#beginBatch(int)}. */
    final int begin(final int limit) {
        if (count == 0) {
            collect(Math.min(limit, payloadOffsets.length));
        }
        return count;
    }

    // The scan cannot run on for ever: slots are not given back during it, so producers stop one lap ahead of its first
    // sequence.
    private void collect(final int limit) {
        final long firstSequence = nextSequence;
        final long mark = shedMark.get();
        long sequence = firstSequence;
        long firstLive = -1;
        int live = 0;
        while (live < limit && ring.isAvailable(sequence)) {
            final int payloadOffset = ring.get(sequence).payloadOffset;
            final long header = arena.getLong(payloadOffset - FrameSlotLayout.SLOT_HEADER_LENGTH);
            if (isLive(header, sequence, mark)) {
                firstLive = live == 0 ? sequence : firstLive;
                payloadOffsets[live++] = payloadOffset;
            }
            sequence++;
        }
        nextSequence = sequence;
        count = live;
        final long firstKept = live == 0 ? sequence : firstLive;
        if (firstKept > firstSequence) {
            consumedTo.set(firstKept - 1);
        }
    }

    private boolean isLive(final long header, final long sequence, final long mark) {
        if (FrameSlotLayout.isAborted(header)) {
            counters.add(RingCounters.ABORTED, 1);
            return false;
        }
        if (sequence <= mark && (droppableClasses >>> FrameSlotLayout.frameClass(header) & 1L) != 0) {
            counters.addDropped(FrameSlotLayout.frameClass(header));
            return false;
        }
        return true;
    }

    final void end() {
        if (count > 0) {
            // Counted before the slots go back: whoever sees an empty ring sees a closed account.
            counters.add(RingCounters.CONSUMED, count);
            count = 0;
            consumedTo.set(nextSequence - 1);
        }
    }

    final int payloadOffset(final int index) {
        return payloadOffsets[Objects.checkIndex(index, count)];
    }

    final long header(final int index) {
        return arena.getLong(payloadOffset(index) - FrameSlotLayout.SLOT_HEADER_LENGTH);
    }

    /** The same, with padding behind the fields too. */
    @SuppressWarnings("unused")
    private static final class Padded extends FrameBatch {
        long q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14, q15;

        Padded(
                final FrameRingConfig config,
                final RingBuffer<FrameSlot> ring,
                final UnsafeBuffer arena,
                final Sequence consumedTo,
                final Sequence shedMark,
                final RingCounters counters) {
            super(config, ring, arena, consumedTo, shedMark, counters);
        }
    }
}
