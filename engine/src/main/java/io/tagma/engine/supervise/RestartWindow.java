package io.tagma.engine.supervise;

/** Restarts within the last period, against the most that are let through (OTP's intensity). Owned by its supervisor. */
final class RestartWindow {
    private final long[] timesNs;
    private final long periodNs;
    private int head;
    private int count;

    /**
     * A window.
     *
     * @param intensity most restarts within a period; 0 for none
     * @param periodNs length of the window; a restart exactly this long ago still counts
     */
    RestartWindow(final int intensity, final long periodNs) {
        if (intensity < 0 || periodNs < 1) {
            throw new IllegalArgumentException(
                    "restart intensity must not be negative and its period be at least 1 ns: " + intensity + " in "
                            + periodNs + " ns");
        }
        this.timesNs = new long[intensity];
        this.periodNs = periodNs;
    }

    /** Counts a restart; false when it is one too many. */
    boolean admit(final long nowNs) {
        while (count > 0 && nowNs - timesNs[head] > periodNs) {
            head = (head + 1) % timesNs.length;
            count--;
        }
        if (count == timesNs.length) {
            return false;
        }
        timesNs[(head + count) % timesNs.length] = nowNs;
        count++;
        return true;
    }
}
