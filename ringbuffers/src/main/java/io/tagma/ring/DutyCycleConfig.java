package io.tagma.ring;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;

/**
 * How a {@link DutyCycleRunner} spreads its agents over threads. Immutable.
 *
 * @param threading      on whose threads the agents run.
 * @param threads        threads to share, at least 1; looked at only for {@link Threading#SHARED}.
 * @param idleOfThread   makes the idle strategy of thread 0, 1, …, once each; not called for {@link Threading#CALLER}.
 * @param threadFactory  makes the threads; each is renamed after the role of its agents.
 * @param errorHandler   told of whatever an agent throws, on the thread of that agent; must not throw itself.
 * @param closeTimeoutMs how long {@link DutyCycleRunner#close()} waits for a thread before it tells the error handler, interrupts the
 *                       thread and waits again, at least 1.
 */
public record DutyCycleConfig(
        Threading threading,
        int threads,
        IntFunction<IdleStrategy> idleOfThread,
        ThreadFactory threadFactory,
        ErrorHandler errorHandler,
        int closeTimeoutMs) {

    /** On whose threads agents run. */
    public enum Threading {
        /** Each agent on a thread of its own. */
        DEDICATED,
        /** Several agents on each of a few threads, in turns. */
        SHARED,
        /** All agents on the thread that calls {@link DutyCycleRunner#step()}. */
        CALLER,
        /** Several agents on each of as many threads as the load needs, moved between them: an {@link ElasticRunner}'s. */
        ELASTIC
    }

    /** Five seconds. */
    public static final int DEFAULT_CLOSE_TIMEOUT_MS = 5_000;

    /** Rejects what cannot work. */
    public DutyCycleConfig {
        Objects.requireNonNull(threading, "threading");
        Objects.requireNonNull(idleOfThread, "idleOfThread");
        Objects.requireNonNull(threadFactory, "threadFactory");
        Objects.requireNonNull(errorHandler, "errorHandler");
        if (threading == Threading.ELASTIC) {
            throw new IllegalArgumentException("ELASTIC threading needs an ElasticRunner, with an ElasticConfig");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("duty cycle threads must be at least 1: " + threads);
        }
        if (closeTimeoutMs < 1) {
            throw new IllegalArgumentException("duty cycle closeTimeoutMs must be at least 1: " + closeTimeoutMs);
        }
    }

    /**
     * The default idle strategy on plain platform threads.
     *
     * @param threading    on whose threads the agents run; {@link Threading#SHARED} means one thread for all.
     * @param errorHandler told of whatever an agent throws.
     * @return the configuration.
     */
    public static DutyCycleConfig of(final Threading threading, final ErrorHandler errorHandler) {
        return new DutyCycleConfig(
                threading,
                1,
                thread -> IdleStrategies.byDefault(),
                Thread::new,
                errorHandler,
                DEFAULT_CLOSE_TIMEOUT_MS);
    }

    /**
     * How many threads so many agents get.
     *
     * @param agents number of agents.
     * @return 0 for {@link Threading#CALLER}.
     */
    public int threadsFor(final int agents) {
        return switch (threading) {
            case DEDICATED -> agents;
            case SHARED -> Math.min(threads, agents);
            case CALLER, ELASTIC -> 0;
        };
    }

    /**
     * The thread that an agent runs on: agents are dealt out in turns. Tells which thread's {@link BlockingIdleStrategy} a ring has to signal.
     *
     * @param agent  index of the agent.
     * @param agents number of agents.
     * @return the index of the thread, 0 for {@link Threading#CALLER}.
     */
    public int threadOf(final int agent, final int agents) {
        return agent % Math.max(1, threadsFor(agents));
    }
}
