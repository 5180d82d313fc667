package io.tagma.tools.run;

import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.IdleStrategies;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Workload;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Submits a workload to an engine, at a rate or as fast as it goes, and where the shards have no threads of their own, steps
 * them. Owned by the submitting thread; {@link #stop} and the counts are anyone's. Submitting allocates nothing.
 */
final class EventLoop {
    private static final double NS_PER_SECOND = 1e9;
    private static final long LONGEST_WARM_UP_NS = 5_000_000_000L;
    private static final int WARM_UP_SHARE = 4;
    private static final int EVENTS_TO_CLOCK = 256;
    private static final long DRAIN_PARK_NS = 50_000;
    private static final long LONGEST_WAIT_NS = 30_000_000_000L;

    private final Engine engine;
    private final Workload workload;
    private final DecisionMeter meter;
    private final HeapMeter heap;
    private final NanoClock clock;
    private final RunPlan plan;
    private final boolean stepping;
    private final Event event = new Event();
    private final Outcome outcome = new Outcome();
    private final IdleStrategy waiting = IdleStrategies.byName(IdleStrategies.YIELDING);
    private volatile boolean stopped;
    private boolean cutShort;
    private volatile long startNs;
    private long events;
    private long outcomes;
    private long warmUpNs;
    private long elapsedNs;
    private int unstepped;
    private long waitedAt = -1;
    private long waitingSinceNs;

    EventLoop(
            final Engine engine,
            final Workload workload,
            final DecisionMeter meter,
            final HeapMeter heap,
            final NanoClock clock,
            final RunPlan plan) {
        this.engine = engine;
        this.workload = workload;
        this.meter = meter;
        this.heap = heap;
        this.clock = clock;
        this.plan = plan;
        this.stepping = plan.threading() == Threading.CALLER;
    }

    /** Asks the loop to end after the event that it is at; any thread. */
    void stop() {
        stopped = true;
    }

    /** Whether it was asked to end before all was submitted. The submitting thread, after {@link #run}. */
    boolean isCutShort() {
        return cutShort;
    }

    /** Runs to the end of plan or workload, and until all that was submitted is decided. */
    void run() {
        startNs = clock.nanoTime();
        warmUpNs = warmUp();
        meter.countFrom(startNs + warmUpNs);
        if (plan.paced()) {
            runPaced(new Pacer(clock, plan.rate(), startNs));
        } else {
            runFlatOut();
        }
        cutShort = stopped;
        drain();
        elapsedNs = clock.nanoTime() - startNs;
    }

    private long warmUp() {
        if (!plan.paced()) {
            return 0;
        }
        final double expected = Math.min(plan.seconds(), plan.events() / plan.rate());
        return (long) Math.min(LONGEST_WARM_UP_NS, expected * NS_PER_SECOND / WARM_UP_SHARE);
    }

    private void runPaced(final Pacer pacer) {
        while (!stopped && events < plan.events() && pacer.due(events) - startNs < plan.seconds() * NS_PER_SECOND) {
            final int next = workload.next(event, outcome);
            if (next == Workload.END) {
                return;
            }
            if (next == Workload.WAIT) {
                await();
                continue;
            }
            if (next == Workload.OUTCOME) {
                submitOutcome();
                continue;
            }
            while (!pacer.isDue()) {
                if (stepping) {
                    step();
                }
            }
            meter.due(event.correlationId(), pacer.due(events));
            submitEvent();
            if (stepping) {
                step();
            }
        }
    }

    private void runFlatOut() {
        while (!stopped && events < plan.events()) {
            if (plan.timed()
                    && events % EVENTS_TO_CLOCK == 0
                    && clock.nanoTime() - startNs >= plan.seconds() * NS_PER_SECOND) {
                return;
            }
            final int next = workload.next(event, outcome);
            if (next == Workload.END) {
                return;
            }
            if (next == Workload.WAIT) {
                await();
            } else if (next == Workload.OUTCOME) {
                submitOutcome();
            } else {
                submitEvent();
            }
        }
    }

    /** A decision is on its way. */
    private void await() {
        if (stepping) {
            step();
        } else if (failed()) {
            stopped = true; // what stopped the shard is told when the engine closes
        } else {
            waiting.idle(0);
        }
        final long nowNs = clock.nanoTime();
        if (waitedAt != events + outcomes) {
            waitedAt = events + outcomes;
            waitingSinceNs = nowNs;
        } else if (nowNs - waitingSinceNs > LONGEST_WAIT_NS) {
            throw new ToolException("no decision came within 30 s after event " + events
                    + " of this run, on which the next one depends; the journal in "
                    + engine.context().directory() + " is whole");
        }
    }

    private boolean failed() {
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            if (engine.shard(shard).failure() != null) {
                return true;
            }
        }
        return false;
    }

    private void submitEvent() {
        int code = stepping ? engine.staged().add(event) : engine.submit(event);
        while (goesOn(code)) {
            code = stepping ? engine.staged().add(event) : engine.submit(event);
        }
        check(code);
        events++;
        heap.at(events);
        stepWhenDue();
    }

    private void submitOutcome() {
        int code = stepping ? engine.staged().add(outcome) : engine.submit(outcome);
        while (goesOn(code)) {
            code = stepping ? engine.staged().add(outcome) : engine.submit(outcome);
        }
        check(code);
        outcomes++;
        stepWhenDue();
    }

    /** Whether what was not taken is given again. */
    private boolean goesOn(final int code) {
        if (stepping && code == SubmitCode.FULL) {
            step();
            return !stopped;
        }
        return code == SubmitCode.TIMED_OUT && !stopped;
    }

    /** A caller who steps the shards must not wait for a full ring: nobody else would empty it. */
    private void stepWhenDue() {
        if (stepping && ++unstepped >= plan.batch()) {
            step();
        }
    }

    private void step() {
        int taken;
        do {
            taken = engine.step();
        } while (taken > 0);
        unstepped = 0;
    }

    private void check(final int code) {
        if (code == SubmitCode.ACCEPTED || stopped) {
            return;
        }
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            final Throwable failure = engine.shard(shard).failure();
            if (failure != null) {
                throw new ToolException("shard " + shard + " stopped: " + failure.getMessage());
            }
        }
        throw new ToolException("event " + (events + 1) + " of this run was refused: " + SubmitCode.describe(code));
    }

    private void drain() {
        while (isBusy()) {
            if (stepping) {
                step();
            } else {
                LockSupport.parkNanos(DRAIN_PARK_NS);
            }
        }
    }

    private boolean isBusy() {
        for (int shard = 0; shard < engine.context().shards(); shard++) {
            if (engine.shard(shard).failure() != null) {
                return false;
            }
            if (engine.shard(shard).ingress().backlog() > 0
                    || engine.shard(shard).fromPeers().backlog() > 0) {
                return true;
            }
        }
        return false;
    }

    /** When the run began; 0 before. Any thread. */
    long startNs() {
        return startNs;
    }

    long events() {
        return events;
    }

    long outcomes() {
        return outcomes;
    }

    /** How long after the start latency is not yet measured. */
    long warmUpNs() {
        return warmUpNs;
    }

    /** From the first submission until all was decided. */
    long elapsedNs() {
        return elapsedNs;
    }
}
