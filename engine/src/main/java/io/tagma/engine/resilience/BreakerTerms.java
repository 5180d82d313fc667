package io.tagma.engine.resilience;

/**
 * When a circuit breaker opens and how it closes again. Immutable.
 *
 * @param window last calls that are looked at, 1 to 4,096
 * @param leastCalls calls in the window before it may open, 1 to {@code window}
 * @param failureShare share of failed calls from which it opens, above 0 to 1
 * @param openNs how long it stays open before some calls are let through again, at least 1 ms
 * @param trialCalls how many are; the first of them, up to {@code leastCalls}, decide whether it closes or opens
 */
public record BreakerTerms(int window, int leastCalls, double failureShare, long openNs, int trialCalls) {
    /** Half of the last 32 calls, 16 at least; open for 5 s; 4 trials. */
    public static final BreakerTerms DEFAULT = new BreakerTerms(32, 16, 0.5, 5_000_000_000L, 4);

    private static final int MAX_WINDOW = 4096;
    private static final long SHORTEST_OPEN_NS = 1_000_000;

    /** Checks the ranges. */
    public BreakerTerms {
        if (window < 1 || window > MAX_WINDOW || leastCalls < 1 || leastCalls > window) {
            throw new IllegalArgumentException("a breaker needs a window of 1 to " + MAX_WINDOW
                    + " and leastCalls of 1 to it: " + window + ", " + leastCalls);
        }
        if (!(failureShare > 0 && failureShare <= 1)
                || openNs < SHORTEST_OPEN_NS
                || trialCalls < 1
                || trialCalls > MAX_WINDOW) {
            throw new IllegalArgumentException(
                    "a breaker needs 0 < failureShare <= 1, openNs of 1000000 or more and 1 to " + MAX_WINDOW
                            + " trialCalls: " + failureShare + ", " + openNs + ", " + trialCalls);
        }
    }
}
