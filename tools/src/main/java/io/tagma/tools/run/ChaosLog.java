package io.tagma.tools.run;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.DecisionListener;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.observe.Stall;
import io.tagma.engine.resilience.Hang;
import io.tagma.engine.resilience.IsolatedAgents;
import io.tagma.tools.chaos.ChaosEffects;
import io.tagma.tools.chaos.ChaosKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    /** A hang that waits lasts so many times as long as one that runs in a circle: it takes no processor from anybody. */
    private static final int DEAF_HANGS = 10;

    /** Second looks: wanted, done, put to another than who was asked first, and neither done nor to be. */
    record Looks(AtomicLong asked, AtomicLong done, AtomicLong passedOver, AtomicLong undone) {
        Looks() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong());
        }

        /** Those that the journal holds as open when the engine closes: the next launch asks them again. */
        long open() {
            return asked.get() - done.get() - undone.get();
        }
    }

    /** One fault; times by the engine's clock, 0 while it has not come to that. */
    static final class Fault {
        final ChaosKind kind;
        final String agent;
        final long event;
        final int shard;
        final long atNs;
        long detectedNs;
        long recoveredNs;
        int status = -1;

        /** Which isolated agent did the work in the end. */
        String by = "";

        Fault(final ChaosKind kind, final String agent, final long event, final int shard, final long atNs) {
            this.kind = kind;
            this.agent = agent;
            this.event = event;
            this.shard = shard;
            this.atNs = atNs;
        }
    }

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final NanoClock clock;
    private final long hangNs;
    private final List<Fault> faults = new ArrayList<>();
    private final List<byte[]> garbage = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Looks looks = new Looks();
    private final ChaosWindows windows;
    private volatile @Nullable IsolatedAgents isolated;
    private volatile List<String> isolatedNames = List.of();

    /** A log on the clock that the engine has, of hangs of that length. */
    ChaosLog(final NanoClock clock, final long hangNs, final ChaosWindows windows) {
        this.windows = windows;
        this.clock = clock;
        this.hangNs = hangNs;
    }

    @Override
    public synchronized void strikes(final ChaosKind kind, final String agent, final long event, final int shard) {
        for (final Fault fault : faults) {
            if (kind == ChaosKind.POISON && fault.kind == kind && fault.event == event) {
                return; // poison strikes each agent, and is one fault
            }
        }
        faults.add(new Fault(kind, kind == ChaosKind.POISON ? "all" : agent, event, shard, clock.nanoTime()));
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
    public void hangIsolated(final long event) {
        if ((event & 1) != 0) {
            hang(event);
            return;
        }
        boolean interrupted = false;
        final long endNs = clock.nanoTime() + DEAF_HANGS * hangNs;
        while (clock.nanoTime() - endNs < 0) {
            interrupted |= Thread.interrupted(); // it does not listen
            LockSupport.parkNanos(endNs - clock.nanoTime());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void opened(final IsolatedAgents opened, final List<String> names) {
        isolated = opened;
        isolatedNames = List.copyOf(names);
    }

    @Override
    public void asked(final long event, final boolean taken) {
        looks.asked.incrementAndGet();
        looks.undone.addAndGet(taken ? 0 : 1);
    }

    @Override
    public void passedOver(final long event, final int service, final int code, final boolean next) {
        looks.passedOver.incrementAndGet();
        looks.undone.addAndGet(next ? 0 : 1);
    }

    @Override
    public void looked(final long event, final int service) {
        looks.done.incrementAndGet();
        if (open.get() > 0) {
            rerouted(event, isolatedNames.get(service));
        }
    }

    private synchronized void rerouted(final long event, final String by) {
        for (final Fault fault : faults) {
            if (fault.kind == ChaosKind.HANG && fault.event == event && fault.recoveredNs == 0) {
                fault.by = by;
                recovered(fault, clock.nanoTime());
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
    DecisionListener listening(final DecisionMeter next, final int shards) {
        final long[] bytes = new long[8 * shards]; // a cache line each
        final int[] decisions = new int[16 * shards];
        return decision -> {
            final int shard = decision.shard();
            final long due = next.dueNs(decision.correlationId());
            if (due != 0) {
                windows.add(decision.correlationId(), shard, clock.nanoTime() - due);
            }
            next.onDecision(decision);
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
            if (fault.kind == ChaosKind.HANG) {
                continue; // it held up no decision
            }
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

    /** What the watchdog found while it lasted detected it too: a shard's hang in no other way, an allocation that took long sooner. */
    synchronized void match(final List<Stall> stalls) {
        for (final Fault fault : faults) {
            for (final Stall stall : stalls) {
                final boolean lasts = fault.kind == ChaosKind.SHARD_HANG || fault.kind == ChaosKind.ALLOCATE;
                final boolean within =
                        stall.detectedNs() - fault.atNs >= 0 && fault.recoveredNs - stall.detectedNs() >= 0;
                final boolean sooner = fault.detectedNs == 0 || stall.detectedNs() - fault.detectedNs < 0;
                if (lasts && within && sooner && stall.agent().equals(fault.agent)) {
                    fault.detectedNs = stall.detectedNs();
                }
            }
        }
    }

    /** What the isolated agents' own watch found. */
    synchronized void matchHangs() {
        final IsolatedAgents agents = isolated;
        for (int i = 0; agents != null && i < isolatedNames.size(); i++) {
            for (final Hang hang : agents.recentHangs(i)) {
                matchHang(hang);
            }
        }
    }

    private void matchHang(final Hang hang) {
        for (final Fault fault : faults) {
            if (fault.kind == ChaosKind.HANG
                    && fault.agent.equals(hang.agent())
                    && fault.detectedNs == 0
                    && hang.detectedNs() - fault.atNs >= 0
                    && hang.stack().stream().anyMatch(frame -> frame.contains("hangIsolated"))) {
                fault.detectedNs = hang.detectedNs();
                return;
            }
        }
    }

    /** Calls of isolated agents that were given up. */
    long hangs() {
        final IsolatedAgents agents = isolated;
        long sum = 0;
        for (int i = 0; agents != null && i < isolatedNames.size(); i++) {
            sum += agents.hangs(i);
        }
        return sum;
    }

    Looks looks() {
        return looks;
    }

    ChaosWindows windows() {
        return windows;
    }

    /** All of them, in the order in which they struck. */
    synchronized List<Fault> faults() {
        return List.copyOf(faults);
    }

    /** Puts itself into an engine's settings. */
    void watch(final EngineContext context) {
        if (context.listener() instanceof DecisionMeter meter) {
            context.listener(listening(meter, context.shards()));
        } else {
            throw new IllegalStateException("a run's listener is its meter: " + context.listener());
        }
    }
}
