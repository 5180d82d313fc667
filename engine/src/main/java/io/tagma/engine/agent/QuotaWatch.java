package io.tagma.engine.agent;

/**
 * Whether one agent keeps its quota, from what it took so far: a pure function of what it is shown, no clock. Owned by whoever shows it.
 * A window begins where the one before ended, or with the first look after a probation; a breach is told as soon as it is one.
 */
public final class QuotaWatch {
    /** What follows from a look. */
    public enum Verdict {
        /** Nothing. */
        KEEPS,
        /** It took more time than it may. */
        TIME,
        /** It allocated more than it may. */
        BYTES,
        /** Its probation is over. */
        OVER
    }

    private static final long NOT = Long.MIN_VALUE;

    private final AgentQuota quota;
    private long windowNs = NOT;
    private long takenNs;
    private long takenBytes;
    private long probationNs = NOT;
    private long measured;

    /** A watch that has seen nothing. */
    public QuotaWatch(final AgentQuota quota) {
        this.quota = quota;
    }

    /**
     * Looks.
     *
     * @param nowNs when
     * @param totalNs that it took so far
     * @param totalBytes that it allocated so far
     * @param onProbation whether it is on probation now
     * @return what follows, again at each look until it was done
     */
    public Verdict look(final long nowNs, final long totalNs, final long totalBytes, final boolean onProbation) {
        if (onProbation) {
            windowNs = NOT;
            probationNs = probationNs == NOT ? nowNs : probationNs;
            return nowNs - probationNs >= quota.probationNs() ? Verdict.OVER : Verdict.KEEPS;
        }
        probationNs = NOT;
        if (windowNs == NOT) {
            begin(nowNs, totalNs, totalBytes);
        }
        if (totalNs - takenNs > quota.nsPerWindow()) {
            measured = totalNs - takenNs;
            return Verdict.TIME;
        }
        if (totalBytes - takenBytes > quota.bytesPerWindow()) {
            measured = totalBytes - takenBytes;
            return Verdict.BYTES;
        }
        if (nowNs - windowNs >= quota.windowNs()) {
            begin(nowNs, totalNs, totalBytes);
        }
        return Verdict.KEEPS;
    }

    private void begin(final long nowNs, final long totalNs, final long totalBytes) {
        windowNs = nowNs;
        takenNs = totalNs;
        takenBytes = totalBytes;
    }

    /** Nanoseconds or bytes of the last breach. */
    public long measured() {
        return measured;
    }

    /** What was allowed of a verdict's. */
    public long allowed(final Verdict verdict) {
        return switch (verdict) {
            case TIME -> quota.nsPerWindow();
            case BYTES -> quota.bytesPerWindow();
            case KEEPS, OVER -> 0;
        };
    }
}
