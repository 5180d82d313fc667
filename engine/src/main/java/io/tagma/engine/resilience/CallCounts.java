package io.tagma.engine.resilience;

/**
 * What one service's calls came to so far. Immutable.
 *
 * @param asked requests taken
 * @param hits answered from the cache, fresh
 * @param joined waited for a call that another request had begun
 * @param calls attempts made
 * @param called requests that those attempts carried
 * @param retries attempts after the first
 * @param timeouts attempts that took too long
 * @param failures attempts that failed, too long ones included
 * @param stale answered with an old answer, marked with its age
 * @param failed told that the service failed
 * @param refused not taken, or told that it was not even tried
 * @param waiting not answered now
 * @param most that may wait
 * @param breaker state of the breaker in a word
 */
public record CallCounts(
        long asked,
        long hits,
        long joined,
        long calls,
        long called,
        long retries,
        long timeouts,
        long failures,
        long stale,
        long failed,
        long refused,
        int waiting,
        int most,
        String breaker) {}
