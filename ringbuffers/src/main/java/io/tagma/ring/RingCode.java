package io.tagma.ring;

/** Why a ring gave no sequence: the negative results of {@link FrameRing#tryClaim(int, int)}. Constants, usable from any thread. */
public final class RingCode {
    /** No slot was free and the policy is {@link OverflowPolicy#REJECT}. */
    public static final long FULL = -1L;

    /** No slot came free within the time-out of {@link OverflowPolicy#BLOCK} or {@link OverflowPolicy#DROP_OLDEST}. */
    public static final long TIMED_OUT = -2L;

    /** The frame is longer than a slot holds; see {@link FrameRing#maxFrameLength()}. */
    public static final long TOO_LONG = -3L;

    /** The ring is closed to producers. */
    public static final long CLOSED = -4L;

    private RingCode() {}

    /**
     * The name of a result, for logs and people.
     *
     * @param result what a claim or an offer returned.
     * @return {@code "OK"} for a sequence, else the name of the code, or {@code "UNKNOWN"}.
     */
    public static String nameOf(final long result) {
        if (result >= 0) {
            return "OK";
        }
        if (result == FULL) {
            return "FULL";
        }
        if (result == TIMED_OUT) {
            return "TIMED_OUT";
        }
        if (result == TOO_LONG) {
            return "TOO_LONG";
        }
        return result == CLOSED ? "CLOSED" : "UNKNOWN";
    }
}
