package io.tagma.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Runs the duty cycles of some agents on a few threads, as many as the load needs, and moves agents between them. {@link #start()},
 * {@link #control()} and {@link #close()} exclude each other; all else is for any thread.
 *
 * <p>An agent belongs to one thread at a time, and only that thread gives it away, between two of its duty cycles: it takes the agent off
 * its own list, then names the next owner with a release store, which the next owner reads with an acquire load before it adds the agent to
 * its list. So whatever the agent wrote on one thread happened before what it reads on the next, and it needs no locks. While a move is
 * under way no other is ordered, so nothing is ever owed to a thread that ends.
 *
 * <p>An agent that throws is counted and reported, and goes on with its next duty cycle. {@link Agent#onStart()} runs on the agent's first
 * thread, {@link Agent#onClose()} on the closing thread, once the others have ended.
 */
public final class ElasticRunner implements AutoCloseable {
    /** Two cache lines, since the adjacent-line prefetcher pulls lines in pairs. */
    private static final int STRIDE = 16;

    private final ElasticConfig config;
    private final Agent[] agents;
    private final List<MovingSignal> signals;
    private final ElasticPolicy policy;
    private final IdleStrategy[] idles;
    private final @Nullable Worker[] workers;

    /** Thread that each agent runs on. Written by that thread alone: it names the next. */
    private final AtomicIntegerArray owners;

    /** Thread that each agent shall run on. Written under this object's lock. */
    private final AtomicIntegerArray targets;

    /** Advanced after every change of the two: a thread that has seen this number need not look at them. */
    private final AtomicInteger orders = new AtomicInteger();

    /** Written by each agent's owner; the hand-over passes the right on. */
    private final AtomicLongArray busyNs;

    private final boolean[] begun;
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong moves = new AtomicLong();
    private final AtomicLong grown = new AtomicLong();
    private final AtomicLong shrunk = new AtomicLong();
    private final List<Thread> ending = new ArrayList<>();
    private volatile double[] shares = {};
    private volatile boolean stopping;
    private volatile int threads;
    private boolean started;
    private boolean closed;
    private long dueNs;

    /**
     * Deals the agents out; nothing runs before {@link #start()}.
     *
     * @param config  of what kind.
     * @param agents  what to run, at least one.
     * @param signals of each agent's rings, in the agents' order; empty where no ring signals.
     */
    public ElasticRunner(
            final ElasticConfig config, final List<? extends Agent> agents, final List<MovingSignal> signals) {
        if (!signals.isEmpty() && signals.size() != agents.size()) {
            throw new IllegalArgumentException(
                    "there must be a signal for each agent or none: " + signals.size() + ", " + agents.size());
        }
        this.config = config;
        this.agents = agents.toArray(Agent[]::new);
        this.signals = List.copyOf(signals);
        this.policy = new ElasticPolicy(config.terms(), this.agents.length);
        this.idles = new IdleStrategy[policy.maxThreads()];
        this.workers = new Worker[idles.length];
        this.owners = new AtomicIntegerArray(this.agents.length);
        this.targets = new AtomicIntegerArray(this.agents.length);
        this.busyNs = new AtomicLongArray((this.agents.length + 1) * STRIDE);
        this.begun = new boolean[this.agents.length];
        for (int agent = 0; agent < this.agents.length; agent++) {
            owners.set(agent, policy.threadOf(agent));
            targets.set(agent, policy.threadOf(agent));
        }
    }

    /**
     * Starts the least number of threads.
     *
     * @throws IllegalStateException if called a second time.
     */
    public synchronized void start() {
        if (started) {
            throw new IllegalStateException("duty cycles were started before; make a new runner");
        }
        started = true;
        for (int thread = 0; thread < policy.threads(); thread++) {
            begin(thread);
        }
        threads = policy.threads();
        dueNs = config.clock().nanoTime();
    }

    private void begin(final int thread) {
        // A new strategy each time: the thread that had this number before may be in its last turn.
        idles[thread] = config.idleOfThread().apply(thread);
        final Worker worker = new Worker(thread, idles[thread]);
        workers[thread] = worker;
        ThreadStarter.start(config.threadFactory(), "shards-" + thread, worker, made -> worker.thread = made);
    }

    /**
     * Looks at the shares when a sample is due and gives orders for what follows. To be called some times a sample, by one thread or
     * several; without it nothing grows, shrinks or moves.
     *
     * @return 1 if something was ordered, else 0.
     */
    public synchronized int control() {
        final long nowNs = config.clock().nanoTime();
        if (!started || closed || nowNs - dueNs < 0 || !isSettled()) {
            return 0;
        }
        dueNs = nowNs + config.terms().sampleNs();
        endSpare();
        final long[] busy = new long[agents.length];
        for (int agent = 0; agent < busy.length; agent++) {
            busy[agent] = busyNs(agent);
        }
        final ElasticPolicy.Change change = policy.sample(nowNs, busy);
        final double[] seen = new double[policy.threads()];
        for (int thread = 0; thread < seen.length; thread++) {
            seen[thread] = policy.share(thread);
        }
        shares = seen;
        if (change == ElasticPolicy.Change.NONE) {
            return 0;
        }
        if (change == ElasticPolicy.Change.GREW) {
            begin(policy.threads() - 1);
            grown.incrementAndGet();
        } else if (change == ElasticPolicy.Change.SHRANK) {
            shrunk.incrementAndGet();
        }
        for (int agent = 0; agent < agents.length; agent++) {
            if (targets.get(agent) != policy.threadOf(agent)) {
                move(agent, policy.threadOf(agent));
            }
        }
        threads = policy.threads();
        return 1;
    }

    /**
     * Orders that an agent run on another thread from its next duty cycle on. For whoever balances by other signs than load; the policy may
     * order otherwise again.
     *
     * @param agent  which.
     * @param thread one that runs.
     * @return false where it cannot be now: a move is under way, or there is no such thread.
     */
    public synchronized boolean moveNow(final int agent, final int thread) {
        if (!started || closed || !isSettled() || thread < 0 || thread >= policy.threads()) {
            return false;
        }
        if (targets.get(agent) != thread) {
            policy.place(agent, thread);
            move(agent, thread);
        }
        return true;
    }

    private void move(final int agent, final int thread) {
        targets.set(agent, thread);
        moves.incrementAndGet();
        orders.incrementAndGet();
        wake(owners.get(agent));
    }

    private void wake(final int thread) {
        if (idles[thread] instanceof ConsumerSignal parked) {
            parked.signal();
        }
    }

    /** Whether every agent is where it shall be. */
    private boolean isSettled() {
        for (int agent = 0; agent < agents.length; agent++) {
            if (owners.getAcquire(agent) != targets.get(agent)) {
                return false;
            }
        }
        return true;
    }

    /** All is settled, so a thread beyond those needed has no agent and none is on its way to it. */
    private void endSpare() {
        for (int thread = policy.threads(); thread < workers.length; thread++) {
            final Worker spare = workers[thread];
            if (spare != null) {
                spare.retired = true;
                workers[thread] = null;
                if (spare.thread != null) {
                    ending.add(spare.thread);
                }
                wake(thread);
            }
        }
        ending.removeIf(thread -> !thread.isAlive());
    }

    /** Threads that agents run on. */
    public int threads() {
        return threads;
    }

    /** Names of its threads that run, in their order; those that are ending come last. */
    public synchronized List<String> threadNames() {
        final List<String> names = new ArrayList<>();
        for (final Worker worker : workers) {
            if (worker != null && worker.thread != null && worker.thread.isAlive()) {
                names.add(worker.thread.getName());
            }
        }
        ending.stream().filter(Thread::isAlive).map(Thread::getName).forEach(names::add);
        return names;
    }

    /** Most threads that there can be. */
    public int maxThreads() {
        return idles.length;
    }

    /** The thread that an agent runs on. */
    public int threadOf(final int agent) {
        return owners.getAcquire(agent);
    }

    /** How long an agent was in duty cycles that found work, ns. */
    public long busyNs(final int agent) {
        return busyNs.getOpaque((agent + 1) * STRIDE);
    }

    /** What part of the time each thread was busy, by the last sample. */
    public double[] shares() {
        return shares.clone();
    }

    /** Agents that were ordered to another thread. */
    public long moves() {
        return moves.get();
    }

    /** Times that the pool became larger. */
    public long grown() {
        return grown.get();
    }

    /** Times that the pool became smaller. */
    public long shrunk() {
        return shrunk.get();
    }

    /** Exceptions that agents have thrown, and threads that would not end in time. */
    public long errors() {
        return errors.get();
    }

    /** Ends all duty cycles, waits for the threads and closes the agents, but for those of a thread that would not end. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopping = true;
        orders.incrementAndGet();
        final boolean[] stuck = new boolean[idles.length];
        for (int thread = 0; thread < idles.length; thread++) {
            final Worker worker = workers[thread];
            if (worker != null && worker.thread != null) {
                wake(thread);
                stuck[thread] = !ended(worker.thread);
            }
        }
        ending.forEach(this::ended);
        for (int agent = 0; agent < agents.length; agent++) {
            if (begun[agent] && !stuck[owners.getAcquire(agent)]) {
                closeAgent(agents[agent]);
            }
        }
    }

    private boolean ended(final Thread thread) {
        for (int tries = 0; tries < 2; tries++) {
            if (joined(thread)) {
                return true;
            }
            report(new TimeoutException("thread " + thread.getName() + " did not end its duty cycle within "
                    + config.closeTimeoutMs() + " ms and is "
                    + (tries == 0 ? "interrupted" : "given up, still running")));
            thread.interrupt();
        }
        return false;
    }

    private boolean joined(final Thread thread) {
        boolean interrupted = false;
        try {
            thread.join(config.closeTimeoutMs());
        } catch (final InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void closeAgent(final Agent agent) {
        try {
            agent.onClose();
        } catch (final Throwable thrown) {
            report(thrown);
        }
    }

    private void report(final Throwable thrown) {
        errors.getAndIncrement();
        config.errorHandler().onError(thrown);
    }

    /** One thread's turns. Its fields are the thread's own but for those said otherwise. */
    private final class Worker implements Runnable {
        private final int number;
        private final IdleStrategy idle;
        private final int[] mine = new int[agents.length];
        private int count;
        private int seen = -1;

        /** Set under the runner's lock, before the thread starts. */
        private @Nullable Thread thread;

        /** Set by the runner when nothing is owed to this thread. */
        private volatile boolean retired;

        Worker(final int number, final IdleStrategy idle) {
            this.number = number;
            this.idle = idle;
        }

        @Override
        public void run() {
            while (!stopping && !retired) {
                final int latest = orders.get();
                if (latest != seen) {
                    seen = latest;
                    // In this order: an agent may be ordered on before it was taken.
                    take();
                    give();
                }
                idle.idle(turn());
            }
        }

        private int turn() {
            int work = 0;
            long fromNs = config.clock().nanoTime();
            for (int i = 0; i < count; i++) {
                final int agent = mine[i];
                final int done = cycle(agents[agent]);
                final long toNs = config.clock().nanoTime();
                if (done > 0) {
                    final int at = (agent + 1) * STRIDE;
                    busyNs.setOpaque(at, busyNs.getPlain(at) + toNs - fromNs);
                    work += done;
                }
                fromNs = toNs;
            }
            return work;
        }

        private int cycle(final Agent agent) {
            try {
                return agent.doWork();
            } catch (final Throwable thrown) {
                report(thrown);
                return 0;
            }
        }

        private void give() {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                final int agent = mine[i];
                final int target = targets.get(agent);
                if (target == number) {
                    mine[kept++] = agent;
                } else {
                    owners.setRelease(agent, target); // from here on the agent is another thread's
                    orders.incrementAndGet();
                    wake(target);
                }
            }
            count = kept;
        }

        private void take() {
            for (int agent = 0; agent < agents.length; agent++) {
                if (owners.getAcquire(agent) == number && !has(agent)) {
                    if (!signals.isEmpty()) {
                        signals.get(agent).moveTo(idle instanceof ConsumerSignal own ? own : ConsumerSignal.NONE);
                    }
                    mine[count++] = agent;
                    begin(agent);
                }
            }
        }

        private boolean has(final int agent) {
            for (int i = 0; i < count; i++) {
                if (mine[i] == agent) {
                    return true;
                }
            }
            return false;
        }

        private void begin(final int agent) {
            if (!begun[agent]) {
                begun[agent] = true;
                try {
                    agents[agent].onStart();
                } catch (final Throwable thrown) {
                    report(thrown);
                }
            }
        }
    }
}
