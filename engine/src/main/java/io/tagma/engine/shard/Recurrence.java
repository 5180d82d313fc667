package io.tagma.engine.shard;

/** What comes round with every so many inputs, without a division at each. Owned by the shard's thread. */
final class Recurrence {
    private final long interval;
    private long next;

    /**
     * Due at the multiples of an interval.
     *
     * @param interval inputs from one to the next, at least 1
     */
    Recurrence(final int interval) {
        this.interval = interval;
        this.next = interval;
    }

    /** Goes on behind an input. */
    void resume(final long lastSequence) {
        next = (lastSequence / interval + 1) * interval;
    }

    /** Whether it is due at an input; asked once for each, in their order. */
    boolean isDue(final long sequence) {
        if (sequence != next) {
            return false;
        }
        next += interval;
        return true;
    }
}
