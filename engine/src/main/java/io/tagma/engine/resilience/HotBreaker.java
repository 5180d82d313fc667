package io.tagma.engine.resilience;

/**
 * A circuit breaker (Nygard, <em>Release It!</em>) for the hot path: counts failures among the last calls and allocates nothing after it
 * is made. Its transitions are those of resilience4j's count-based breaker. Owned by one thread; told the time, reads no clock.
 */
public final class HotBreaker {
    /** Calls go through. */
    public static final int CLOSED = 0;

    /** No call goes through. */
    public static final int OPEN = 1;

    /** Some calls go through, to see. */
    public static final int HALF_OPEN = 2;

    private static final float PER_CENT = 100f;

    private final BreakerTerms terms;
    private final float limit;
    private final boolean[] failed;
    private int state = CLOSED;
    private int next;
    private int seen;
    private int failures;
    private int permits;
    private long openedNs;
    private long opened;
    private long refused;

    /** Closed at first. */
    public HotBreaker(final BreakerTerms terms) {
        this.terms = terms;
        this.limit = (float) (100 * terms.failureShare());
        this.failed = new boolean[Math.max(terms.window(), terms.trialCalls())];
    }

    /** Whether a call may be made; each that may must be followed by {@link #succeeded} or {@link #failed}. */
    public boolean tryAcquire(final long nowNs) {
        if (state == OPEN && nowNs - openedNs > terms.openNs()) {
            begin(HALF_OPEN);
            permits = terms.trialCalls();
        }
        if (state == CLOSED || (state == HALF_OPEN && permits-- > 0)) {
            return true;
        }
        permits = Math.max(permits, 0);
        refused++;
        return false;
    }

    /** A call went well. */
    public void succeeded(final long nowNs) {
        record(false, nowNs);
    }

    /** A call failed. */
    public void failed(final long nowNs) {
        record(true, nowNs);
    }

    private void record(final boolean failure, final long nowNs) {
        if (state == OPEN) {
            return; // was let through before it opened: says nothing new
        }
        final int size = state == HALF_OPEN ? terms.trialCalls() : terms.window();
        if (seen == size) {
            failures -= failed[next] ? 1 : 0;
        } else {
            seen++;
        }
        failed[next] = failure;
        failures += failure ? 1 : 0;
        next = next + 1 == size ? 0 : next + 1;
        final boolean tooMany = failures * PER_CENT / seen >= limit; // in floats and per cent, as the other does
        if (seen >= Math.min(terms.leastCalls(), size)) {
            if (tooMany) {
                begin(OPEN);
                openedNs = nowNs;
                opened++;
            } else if (state == HALF_OPEN) {
                begin(CLOSED);
            }
        }
    }

    private void begin(final int with) {
        state = with;
        next = 0;
        seen = 0;
        failures = 0;
    }

    /** {@link #CLOSED}, {@link #OPEN} or {@link #HALF_OPEN}, as of the last call. */
    public int state() {
        return state;
    }

    /** How often it has opened. */
    public long opened() {
        return opened;
    }

    /** Calls that were not let through. */
    public long refused() {
        return refused;
    }
}
