package io.tagma.perf.calls;

/**
 * What a way of calling came to, in the service's time. Immutable.
 *
 * @param totalS from the first request to the last answer
 * @param meanMs of a request
 * @param p50Ms half are faster
 * @param p99Ms 99 in 100 are faster
 * @param calls that the service saw
 * @param unanswered requests without a good answer
 */
record CallFigures(double totalS, double meanMs, double p50Ms, double p99Ms, long calls, long unanswered) {}
