package io.tagma.ring;

import io.tagma.ring.DutyCycleConfig.Threading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.jspecify.annotations.Nullable;

/**
 * Runs the duty cycles of some agents, on a thread each, on a few threads, or stepped by the caller; the agents are the same in all three.
 * Started, stepped and closed by one thread, its owner; {@link #errors()} and {@link #isRunning()} by any.
 *
 * <p>An agent that throws is counted and reported, and goes on with its next duty cycle, the others on its thread too; one that throws
 * {@link org.agrona.concurrent.AgentTerminationException} ends its thread. Each agent's {@code onStart} and {@code onClose} run on the
 * thread that runs its duty cycle.
 */
public final class DutyCycleRunner implements AutoCloseable {
    private final DutyCycleConfig config;
    private final AtomicLong errors = new AtomicLong();
    private final List<AgentRunner> runners = new ArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /** Only for {@link Threading#CALLER}. */
    private final @Nullable AgentInvoker invoker;

    private boolean started;

    /**
     * Deals the agents out; nothing runs before {@link #start()}.
     *
     * @param config how to spread the agents over threads.
     * @param agents what to run, at least one; the order is kept on each thread.
     * @throws IllegalArgumentException if there is no agent.
     */
    public DutyCycleRunner(final DutyCycleConfig config, final List<? extends Agent> agents) {
        if (agents.isEmpty()) {
            throw new IllegalArgumentException("a duty cycle runner needs at least one agent");
        }
        this.config = config;
        final ErrorHandler handler = countingHandler(config.errorHandler());
        // Counted by the handler: Agrona's own error counter would need a counters file.
        this.invoker =
                config.threading() == Threading.CALLER ? new AgentInvoker(handler, null, composite(agents)) : null;
        for (int thread = 0; thread < config.threadsFor(agents.size()); thread++) {
            final Agent share = composite(shareOf(thread, agents));
            runners.add(new AgentRunner(config.idleOfThread().apply(thread), handler, null, share));
        }
    }

    /**
     * Starts the threads, or the agents themselves for {@link Threading#CALLER}.
     *
     * @throws IllegalStateException if called a second time.
     */
    public void start() {
        if (started) {
            throw new IllegalStateException("duty cycles were started before; make a new runner");
        }
        started = true;
        if (invoker != null) {
            invoker.start();
        }
        for (final AgentRunner runner : runners) {
            threads.add(AgentRunner.startOnThread(runner, config.threadFactory()));
        }
    }

    /**
     * One duty cycle of every agent on the calling thread.
     *
     * @return the work done; 0 means idle, or that the runner is not running.
     * @throws IllegalStateException if the agents run on threads of their own.
     */
    public int step() {
        if (invoker == null) {
            throw new IllegalStateException(
                    "only duty cycles of CALLER threading can be stepped: " + config.threading());
        }
        return invoker.invoke();
    }

    /** Threads of its own. */
    public int threads() {
        return runners.size();
    }

    /** Names of its threads that run, in their order. */
    public List<String> threadNames() {
        return threads.stream().filter(Thread::isAlive).map(Thread::getName).toList();
    }

    /** Exceptions that agents have thrown, and threads that would not end in time. */
    public long errors() {
        return errors.get();
    }

    /** Whether at least one duty cycle still turns. */
    public boolean isRunning() {
        return invoker != null ? invoker.isRunning() : threads.stream().anyMatch(Thread::isAlive);
    }

    /**
     * Ends all duty cycles and waits for their threads, each of which closes its agents. A thread that does not end in time is reported
     * and interrupted, and given up, still running, if that does not help either. Idempotent.
     */
    @Override
    public void close() {
        if (invoker != null) {
            invoker.close();
        }
        for (final AgentRunner runner : runners) {
            close(runner);
        }
    }

    // Agrona's runner interrupts a stuck thread again and again and waits for ever; the way out is its callback.
    private void close(final AgentRunner runner) {
        final boolean[] interrupted = {false};
        try {
            runner.close(config.closeTimeoutMs(), thread -> {
                reportStuck(thread, interrupted[0]);
                interrupted[0] = true;
            });
        } catch (final GivenUpException expected) {
            // reported
        }
    }

    private void reportStuck(final Thread thread, final boolean interrupted) {
        errors.getAndIncrement();
        config.errorHandler()
                .onError(new TimeoutException("thread " + thread.getName() + " did not end its duty cycle within "
                        + config.closeTimeoutMs() + " ms and is "
                        + (interrupted ? "given up, still running" : "interrupted")));
        if (interrupted) {
            throw new GivenUpException();
        }
    }

    private ErrorHandler countingHandler(final ErrorHandler handler) {
        return throwable -> {
            errors.getAndIncrement();
            handler.onError(throwable);
        };
    }

    private List<Agent> shareOf(final int thread, final List<? extends Agent> agents) {
        final List<Agent> share = new ArrayList<>();
        for (int i = 0; i < agents.size(); i++) {
            if (config.threadOf(i, agents.size()) == thread) {
                share.add(agents.get(i));
            }
        }
        return share;
    }

    private static Agent composite(final List<? extends Agent> agents) {
        return agents.size() == 1 ? agents.getFirst() : new CompositeAgent(agents);
    }

    private static final class GivenUpException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
