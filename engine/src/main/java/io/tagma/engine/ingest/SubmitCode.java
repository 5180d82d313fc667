package io.tagma.engine.ingest;

import io.tagma.ring.RingCode;

/** What came of a submission: {@link #ACCEPTED} or {@link #DEFERRED}, or a negative code that says why nothing was taken. Stateless. */
public final class SubmitCode {
    /** In the ring of its shard. */
    public static final int ACCEPTED = 0;

    /**
     * Only of {@link io.tagma.engine.Engine#decide}: the event was taken and its decision waits for bids; it comes by listener and poll, some step
     * from now.
     */
    public static final int DEFERRED = 1;

    /** The ring was full and its policy rejects. */
    public static final int FULL = (int) RingCode.FULL;

    /** The ring stayed full for the whole of the block timeout. */
    public static final int TIMED_OUT = (int) RingCode.TIMED_OUT;

    /** The frame is longer than a slot, or holds more values or text than an event may. */
    public static final int TOO_LONG = (int) RingCode.TOO_LONG;

    /** The engine is closed or closing. */
    public static final int CLOSED = (int) RingCode.CLOSED;

    /** Subject 0, or an overflow class outside 0 to 63. */
    public static final int INVALID = -32;

    /** A value or label that is NaN, infinite or out of range. */
    public static final int NOT_FINITE = -33;

    /** An intent outside the catalogue, or no intent and nothing to classify it by. */
    public static final int UNKNOWN_INTENT = -34;

    /** The shard could not write its journal; the event had no effect. */
    public static final int JOURNAL_FAILED = -35;

    /** The event was taken, then dropped to make room for others. */
    public static final int DROPPED = -36;

    private SubmitCode() {}

    /** The code in words, for people. */
    public static String describe(final int code) {
        return switch (code) {
            case ACCEPTED -> "accepted";
            case DEFERRED -> "accepted, the decision waits for bids";
            case FULL -> "ring full";
            case TIMED_OUT -> "ring full for the whole block timeout";
            case TOO_LONG -> "frame longer than a ring slot (raise slotLength)";
            case CLOSED -> "engine closed";
            case INVALID -> "subject 0 or frame class outside 0 to 63";
            case NOT_FINITE -> "a value is NaN, infinite or out of range";
            case UNKNOWN_INTENT -> "intent not in the catalogue";
            case DROPPED -> "dropped to make room";
            case JOURNAL_FAILED -> "journal could not be written";
            default -> "code " + code;
        };
    }
}
