package io.tagma.tools.run;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.DecisionListener;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.observe.Stall;
import io.tagma.tools.chaos.ChaosEffects;
import io.tagma.tools.chaos.ChaosKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Does to a live engine what a plan's faults say, and sees when each was detected and made good. Told on shards' threads; locks only
 * around a fault. Read once the engine has closed.
 */
final class ChaosLog implements ChaosEffects {
    /** What a handler allocates. */
    private static final int BLOCKS = 16;

    private static final int BLOCK_BYTES = 1 << 20;

    /** More than this between two looks is found. */
    private static final long MOST_BYTES = 8L << 20;

    private static final int DECISIONS_TO_LOOK = 256;

    /** One fault; times by the engine's clock, 0 while it has not come to that. */
    static final class Fault {
        final ChaosKind kind;
        final String agent;
        final long event;
        final long atNs;
        long detectedNs;
        long recoveredNs;
        int status = -1;

        Fault(final ChaosKind kind, final String agent, final long event, final long atNs) {
            this.kind = kind;
            this.agent = agent;
            this.event = event;
            this.atNs = atNs;
        }
    }

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final NanoClock clock;
    private final long hangNs;
    private final List<Fault> faults = new ArrayList<>();
    private final List<byte[]> garbage = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();

    /** A log on the clock that the engine has, of hangs of that length. */
    ChaosLog(final NanoClock clock, final long hangNs) {
        this.clock = clock;
        this.hangNs = hangNs;
    }

    @Override
    public synchronized void strikes(final ChaosKind kind, final String agent, final long event) {
        for (final Fault fault : faults) {
            if (fault.event == event) {
                return; // poison strikes each agent, and is one fault
            }
        }
        faults.add(new Fault(kind, kind == ChaosKind.POISON ? "all" : agent, event, clock.nanoTime()));
        open.incrementAndGet();
    }

    @Override
    public synchronized void made(final String agent) {
        for (final Fault fault : faults) {
            if (fault.kind == ChaosKind.KILL && fault.detectedNs == 0 && fault.agent.equals(agent)) {
                fault.detectedNs = clock.nanoTime();
            }
        }
    }

    @Override
    public void hang(final long event) {
        final long endNs = clock.nanoTime() + hangNs;
        while (clock.nanoTime() - endNs < 0) {
            if ((event & 1) == 0) {
                LockSupport.parkNanos(endNs - clock.nanoTime()); // every other one waits, the others run in a circle
            } else {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public synchronized void allocate() {
        for (int i = 0; i < BLOCKS; i++) {
            garbage.add(new byte[BLOCK_BYTES]);
        }
        garbage.clear();
    }

    /** Listens before whoever listened so far. */
    DecisionListener listening(final @Nullable DecisionListener next, final int shards) {
        final long[] bytes = new long[8 * shards]; // a cache line each
        final int[] decisions = new int[16 * shards];
        return decision -> {
            if (next != null) {
                next.onDecision(decision);
            }
            final int shard = decision.shard();
            if (++decisions[16 * shard] % DECISIONS_TO_LOOK == 0) {
                final long now = threads.getCurrentThreadAllocatedBytes();
                if (now - bytes[8 * shard] > MOST_BYTES && bytes[8 * shard] != 0) {
                    allocationFound();
                }
                bytes[8 * shard] = now;
            }
            if (open.get() > 0) {
                settle(decision);
            }
        };
    }

    private synchronized void allocationFound() {
        for (final Fault fault : faults) {
            if (fault.kind == ChaosKind.ALLOCATE && fault.detectedNs == 0) {
                fault.detectedNs = clock.nanoTime();
            }
        }
    }

    private synchronized void settle(final Decision decision) {
        final long now = clock.nanoTime();
        for (final Fault fault : faults) {
            if (fault.event == decision.correlationId()) {
                fault.status = decision.status();
                if (fault.kind == ChaosKind.POISON) {
                    fault.detectedNs = now; // its code says so
                } else {
                    recovered(fault, now);
                }
            } else if (fault.kind == ChaosKind.POISON
                    && fault.recoveredNs == 0
                    && fault.status >= 0
                    && decision.status() == Decision.DECIDED) {
                recovered(fault, now); // those behind it are decided as if nothing had been
            }
        }
    }

    private void recovered(final Fault fault, final long now) {
        fault.recoveredNs = now;
        open.decrementAndGet();
    }

    /** What the watchdog found while it lasted detected it too: a hang in no other way, an allocation that took long sooner. */
    synchronized void match(final List<Stall> stalls) {
        for (final Fault fault : faults) {
            for (final Stall stall : stalls) {
                final boolean lasts = fault.kind == ChaosKind.HANG || fault.kind == ChaosKind.ALLOCATE;
                final boolean within =
                        stall.detectedNs() - fault.atNs >= 0 && fault.recoveredNs - stall.detectedNs() >= 0;
                final boolean sooner = fault.detectedNs == 0 || stall.detectedNs() - fault.detectedNs < 0;
                if (lasts && within && sooner && stall.agent().equals(fault.agent)) {
                    fault.detectedNs = stall.detectedNs();
                }
            }
        }
    }

    /** All of them, in the order in which they struck. */
    synchronized List<Fault> faults() {
        return List.copyOf(faults);
    }

    /** Puts itself into an engine's settings. */
    void watch(final EngineContext context) {
        context.listener(listening(context.listener(), context.shards()));
    }
}
