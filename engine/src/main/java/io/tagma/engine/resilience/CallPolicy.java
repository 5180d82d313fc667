package io.tagma.engine.resilience;

/**
 * How a service is called: every number a bound. Immutable.
 *
 * @param timeoutNs longest that one attempt may take
 * @param attempts most attempts of one call, 1 for no retry
 * @param backoffNs longest wait before the first retry; doubles with each, and what is waited is drawn evenly from 0 to it (full jitter:
 *     Brooker, <em>Exponential Backoff and Jitter</em>, 2015)
 * @param retryShare retries that each call earns, 0 to 1; so retries stay that share of the calls however much fails
 * @param cached answers that are kept, 0 for none
 * @param freshNs how long a kept answer is as good as a new one
 * @param staleNs how long it may stand in, marked with its age, when there is no new one
 * @param maxBatch most requests of one call
 * @param lingerNs how long a call that is not full waits for more; 0 takes what is there
 * @param concurrent most calls under way at a time
 * @param waiting most requests that are not answered; more are refused
 * @param breaker when calls are not even tried
 * @param seed of the jitter
 */
public record CallPolicy(
        long timeoutNs,
        int attempts,
        long backoffNs,
        double retryShare,
        int cached,
        long freshNs,
        long staleNs,
        int maxBatch,
        long lingerNs,
        int concurrent,
        int waiting,
        BreakerTerms breaker,
        long seed) {
    private static final long MS = 1_000_000;

    /** 10 s, three attempts from 100 ms on, a tenth retried, 1,024 answers fresh for a minute and stale for an hour, alone, 16 at a time. */
    public static final CallPolicy DEFAULT = new CallPolicy(
            10_000 * MS, 3, 100 * MS, 0.1, 1024, 60_000 * MS, 3_600_000 * MS, 1, 0, 16, 256, BreakerTerms.DEFAULT, 1);

    /** Checks the ranges. */
    public CallPolicy {
        atLeast("timeoutNs", timeoutNs, 1);
        atLeast("attempts", attempts, 1);
        atLeast("backoffNs", backoffNs, 0);
        atLeast("cached", cached, 0);
        atLeast("freshNs", freshNs, 0);
        atLeast("staleNs", staleNs, freshNs);
        atLeast("maxBatch", maxBatch, 1);
        atLeast("lingerNs", lingerNs, 0);
        atLeast("concurrent", concurrent, 1);
        atLeast("waiting", waiting, 1);
        if (!(retryShare >= 0 && retryShare <= 1)) {
            throw new IllegalArgumentException("retryShare must be 0 to 1, e.g. 0.1: " + retryShare);
        }
    }

    private static void atLeast(final String name, final long value, final long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " of a call must be " + least + " or more: " + value);
        }
    }

    /** The same with another bound on time, attempts and waits between them. */
    public CallPolicy trying(final int most, final long longestNs, final long waitNs, final double share) {
        return new CallPolicy(
                longestNs,
                most,
                waitNs,
                share,
                cached,
                freshNs,
                staleNs,
                maxBatch,
                lingerNs,
                concurrent,
                waiting,
                breaker,
                seed);
    }

    /** The same with another cache. */
    public CallPolicy caching(final int answers, final long fresh, final long stale) {
        return new CallPolicy(
                timeoutNs,
                attempts,
                backoffNs,
                retryShare,
                answers,
                fresh,
                stale,
                maxBatch,
                lingerNs,
                concurrent,
                waiting,
                breaker,
                seed);
    }

    /** The same with other calls. */
    public CallPolicy batching(final int most, final long linger, final int atATime, final int mostWaiting) {
        return new CallPolicy(
                timeoutNs,
                attempts,
                backoffNs,
                retryShare,
                cached,
                freshNs,
                staleNs,
                most,
                linger,
                atATime,
                mostWaiting,
                breaker,
                seed);
    }

    /** The same with another breaker. */
    public CallPolicy breaking(final BreakerTerms terms) {
        return new CallPolicy(
                timeoutNs,
                attempts,
                backoffNs,
                retryShare,
                cached,
                freshNs,
                staleNs,
                maxBatch,
                lingerNs,
                concurrent,
                waiting,
                terms,
                seed);
    }
}
