package io.tagma.ring;

import java.util.Objects;
import java.util.function.Supplier;
import org.agrona.BitUtil;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The shape of one {@link FrameRing} and what it does when full. Immutable.
 *
 * @param capacity         slots, a power of two, at least 2.
 * @param slotLength       bytes of a slot with its 8-byte header: a multiple of 64, so a frame holds at most {@code slotLength - 8}.
 * @param overflowPolicy   what a producer does when the ring is full.
 * @param blockTimeoutNs   longest wait for room, in nanoseconds, for the policies that wait; 0 tries once more and gives up.
 * @param droppableClasses bit {@code c} set: frames of class {@code c} may be shed; only for {@link OverflowPolicy#DROP_OLDEST}.
 * @param shedSpan         how many of the oldest sequences one shed request covers, 1 to {@code capacity}. Larger spans mean fewer
 *                         waits and more frames lost at a time.
 * @param clock            measures the time-out; read only by a producer that found the ring full.
 * @param producerIdle     makes the idle strategy of a waiting producer, once a thread.
 * @param consumerSignal   told of each commit; {@link ConsumerSignal#NONE} for a consumer that polls.
 */
public record FrameRingConfig(
        int capacity,
        int slotLength,
        OverflowPolicy overflowPolicy,
        long blockTimeoutNs,
        long droppableClasses,
        int shedSpan,
        NanoClock clock,
        Supplier<IdleStrategy> producerIdle,
        ConsumerSignal consumerSignal) {

    /** Frame classes are 0 to this. */
    public static final int MAX_FRAME_CLASS = 63;

    private static final int SHED_FRACTION = 8;

    /** Rejects what cannot work. */
    public FrameRingConfig {
        if (capacity < 2 || !BitUtil.isPowerOfTwo(capacity)) {
            throw new IllegalArgumentException(
                    "ring capacity must be a power of two from 2 on, e.g. 65536: " + capacity);
        }
        if (slotLength < FrameSlotLayout.SLOT_ALIGNMENT || slotLength % FrameSlotLayout.SLOT_ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "ring slotLength must be a positive multiple of 64, e.g. 256: " + slotLength);
        }
        if (!FrameSlotLayout.fits(capacity, slotLength)) {
            throw new IllegalArgumentException(
                    "ring capacity × slotLength must stay below 2 GiB, take fewer or shorter slots: " + capacity + " × "
                            + slotLength);
        }
        if (blockTimeoutNs < 0) {
            throw new IllegalArgumentException("ring blockTimeoutNs must not be negative: " + blockTimeoutNs);
        }
        if (shedSpan < 1 || shedSpan > capacity) {
            throw new IllegalArgumentException(
                    "ring shedSpan must be 1 to the capacity of " + capacity + ": " + shedSpan);
        }
        Objects.requireNonNull(overflowPolicy, "overflowPolicy");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(producerIdle, "producerIdle");
        Objects.requireNonNull(consumerSignal, "consumerSignal");
    }

    /**
     * A ring whose shed requests cover an eighth of it and whose consumer polls.
     *
     * @param capacity         slots, a power of two.
     * @param slotLength       bytes of a slot, a multiple of 64.
     * @param overflowPolicy   what a producer does when the ring is full.
     * @param blockTimeoutNs   longest wait for room, in nanoseconds.
     * @param droppableClasses bit {@code c} set: frames of class {@code c} may be shed.
     * @param clock            measures the time-out.
     * @param producerIdle     makes the idle strategy of a waiting producer.
     */
    public FrameRingConfig(
            final int capacity,
            final int slotLength,
            final OverflowPolicy overflowPolicy,
            final long blockTimeoutNs,
            final long droppableClasses,
            final NanoClock clock,
            final Supplier<IdleStrategy> producerIdle) {
        this(
                capacity,
                slotLength,
                overflowPolicy,
                blockTimeoutNs,
                droppableClasses,
                Math.max(1, capacity / SHED_FRACTION),
                clock,
                producerIdle,
                ConsumerSignal.NONE);
    }

    /**
     * A ring that rejects when full.
     *
     * @param capacity   slots, a power of two.
     * @param slotLength bytes of a slot, a multiple of 64.
     * @return the configuration, on the system clock and the default idle strategy.
     */
    public static FrameRingConfig rejecting(final int capacity, final int slotLength) {
        return new FrameRingConfig(
                capacity, slotLength, OverflowPolicy.REJECT, 0, 0, SystemNanoClock.INSTANCE, IdleStrategies::byDefault);
    }

    /**
     * The same ring, whose producers wait for room.
     *
     * @param timeoutNs longest wait in nanoseconds.
     * @return the changed copy.
     */
    public FrameRingConfig blocking(final long timeoutNs) {
        return new FrameRingConfig(
                capacity,
                slotLength,
                OverflowPolicy.BLOCK,
                timeoutNs,
                0,
                shedSpan,
                clock,
                producerIdle,
                consumerSignal);
    }

    /**
     * The same ring, which sheds its oldest droppable frames when full.
     *
     * @param timeoutNs longest wait in nanoseconds.
     * @param classes   bit {@code c} set: frames of class {@code c} may be shed.
     * @return the changed copy.
     */
    public FrameRingConfig droppingOldest(final long timeoutNs, final long classes) {
        return new FrameRingConfig(
                capacity,
                slotLength,
                OverflowPolicy.DROP_OLDEST,
                timeoutNs,
                classes,
                shedSpan,
                clock,
                producerIdle,
                consumerSignal);
    }

    /**
     * The same ring with another shed span.
     *
     * @param sequences how many of the oldest sequences one shed request covers, 1 to the capacity.
     * @return the changed copy.
     */
    public FrameRingConfig withShedSpan(final int sequences) {
        return new FrameRingConfig(
                capacity,
                slotLength,
                overflowPolicy,
                blockTimeoutNs,
                droppableClasses,
                sequences,
                clock,
                producerIdle,
                consumerSignal);
    }

    /**
     * The same ring with another way for producers to wait.
     *
     * @param waitClock measures the time-out.
     * @param waitIdle  makes the idle strategy of a waiting producer, once a thread.
     * @return the changed copy.
     */
    public FrameRingConfig waiting(final NanoClock waitClock, final Supplier<IdleStrategy> waitIdle) {
        return new FrameRingConfig(
                capacity,
                slotLength,
                overflowPolicy,
                blockTimeoutNs,
                droppableClasses,
                shedSpan,
                waitClock,
                waitIdle,
                consumerSignal);
    }

    /**
     * The same ring with a consumer that producers wake.
     *
     * @param signal told of each commit, e.g. the {@link BlockingIdleStrategy} of the consumer's thread.
     * @return the changed copy.
     */
    public FrameRingConfig signalling(final ConsumerSignal signal) {
        return new FrameRingConfig(
                capacity,
                slotLength,
                overflowPolicy,
                blockTimeoutNs,
                droppableClasses,
                shedSpan,
                clock,
                producerIdle,
                signal);
    }
}
