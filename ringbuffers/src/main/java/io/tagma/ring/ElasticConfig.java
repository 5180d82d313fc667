package io.tagma.ring;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * What an {@link ElasticRunner} is made of. Immutable.
 *
 * @param terms          how many threads, and when that changes.
 * @param clock          measures how busy threads are; read once for each duty cycle and once a turn.
 * @param idleOfThread   makes an idle strategy for thread 0, 1, …, each time that it begins.
 * @param threadFactory  makes the threads.
 * @param errorHandler   told of whatever an agent throws, on the thread of that agent; must not throw itself.
 * @param closeTimeoutMs how long {@link ElasticRunner#close()} waits for a thread, and again after it has interrupted it; at least 1.
 */
public record ElasticConfig(
        Terms terms,
        NanoClock clock,
        IntFunction<IdleStrategy> idleOfThread,
        ThreadFactory threadFactory,
        ErrorHandler errorHandler,
        int closeTimeoutMs) {

    /** Rejects what cannot work. */
    public ElasticConfig {
        Objects.requireNonNull(terms, "terms");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(idleOfThread, "idleOfThread");
        Objects.requireNonNull(threadFactory, "threadFactory");
        Objects.requireNonNull(errorHandler, "errorHandler");
        if (closeTimeoutMs < 1) {
            throw new IllegalArgumentException("elastic closeTimeoutMs must be at least 1: " + closeTimeoutMs);
        }
    }

    /**
     * When a pool grows, shrinks and moves agents between its threads. A thread's share is the part of the time that it spends in duty
     * cycles that found work.
     *
     * @param minThreads     least threads, at least 1.
     * @param maxThreads     most threads.
     * @param sampleNs       from one look at the shares to the next.
     * @param growAt         share of the busiest thread from which on the pool grows, where moving agents would not help.
     * @param growAfterNs    for how long without a break.
     * @param shrinkTo       share that the busiest thread would have at most if there were one thread less; below {@code growAt}, so that
     *                       the pool does not swing.
     * @param shrinkAfterNs  for how long without a break.
     * @param balanceGain    by how much moving one agent must bring the busier of two threads down.
     * @param balanceAfterNs for how long without a break.
     */
    public record Terms(
            int minThreads,
            int maxThreads,
            long sampleNs,
            double growAt,
            long growAfterNs,
            double shrinkTo,
            long shrinkAfterNs,
            double balanceGain,
            long balanceAfterNs) {

        /** Rejects what cannot work. */
        public Terms {
            if (minThreads < 1 || maxThreads < minThreads) {
                throw new IllegalArgumentException("an elastic pool needs 1 <= minThreads <= maxThreads, e.g. 1:4: "
                        + minThreads + ":" + maxThreads);
            }
            if (sampleNs < 1 || growAfterNs < 0 || shrinkAfterNs < 0 || balanceAfterNs < 0) {
                throw new IllegalArgumentException("an elastic pool needs sampleNs above 0 and waits of 0 or more: "
                        + sampleNs + ", " + growAfterNs + ", " + shrinkAfterNs + ", " + balanceAfterNs);
            }
            if (!(growAt > 0 && growAt <= 1 && shrinkTo > 0 && shrinkTo < growAt && balanceGain > 0)) {
                throw new IllegalArgumentException(
                        "an elastic pool needs 0 < shrinkTo < growAt <= 1 and balanceGain above 0, e.g. 0.6, 0.9, 0.1: "
                                + shrinkTo + ", " + growAt + ", " + balanceGain);
            }
        }

        /**
         * Looks every 10 ms; grows at 90 % for 40 ms, shrinks when 60 % would not be exceeded for a second, moves what gains a tenth of a
         * thread for 20 ms.
         *
         * @param minThreads least threads, at least 1.
         * @param maxThreads most threads.
         * @return the terms.
         */
        public static Terms of(final int minThreads, final int maxThreads) {
            return new Terms(
                    minThreads,
                    maxThreads,
                    TimeUnit.MILLISECONDS.toNanos(10),
                    0.9,
                    TimeUnit.MILLISECONDS.toNanos(40),
                    0.6,
                    TimeUnit.SECONDS.toNanos(1),
                    0.1,
                    TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
