package io.tagma.engine.supervise;

/**
 * Restarts within the last period, against the most that are let through (OTP's intensity). Time is whatever its owner counts, ns or
 * inputs, as long as it never goes back. Owned by whoever restarts.
 */
public final class RestartWindow {
    private final long[] times;
    private final long period;
    private int head;
    private int count;

    /**
     * A window.
     *
     * @param intensity most restarts within a period; 0 for none
     * @param period length of the window; a restart exactly this long ago still counts
     */
    public RestartWindow(final int intensity, final long period) {
        if (intensity < 0 || period < 1) {
            throw new IllegalArgumentException("restart intensity must not be negative and its period be at least 1: "
                    + intensity + " in " + period);
        }
        this.times = new long[intensity];
        this.period = period;
    }

    /** Counts a restart; false when it is one too many, which is not counted. */
    public boolean admit(final long now) {
        while (count > 0 && now - times[head] > period) {
            head = (head + 1) % times.length;
            count--;
        }
        if (count == times.length) {
            return false;
        }
        times[(head + count) % times.length] = now;
        count++;
        return true;
    }

    /** Restarts that it holds: those of the last period as of the last of them. */
    public int count() {
        return count;
    }

    /** When restart {@code i} was, the oldest first. */
    public long time(final int i) {
        return times[(head + i) % times.length];
    }
}
