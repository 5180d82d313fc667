package io.tagma.ring;

/** What a producer does when it finds its ring full. Immutable. */
public enum OverflowPolicy {
    /** Gives up at once with {@link RingCode#FULL}: the caller decides what the frame is worth. */
    REJECT,

    /**
     * Waits, idling, until the consumer gives a slot back; gives up with {@link RingCode#TIMED_OUT} after the block time-out. Never
     * for a producer that is also the thread that steps the consumer: it would wait for itself.
     */
    BLOCK,

    /**
     * Asks the consumer to shed the oldest frames of the droppable classes and waits for room like {@link #BLOCK}. Only the consumer
     * removes frames, so one that it has begun to work on is never lost, and a ring that holds nothing droppable behaves like
     * {@link #BLOCK}.
     */
    DROP_OLDEST
}
