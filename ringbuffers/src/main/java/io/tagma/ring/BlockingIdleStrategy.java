package io.tagma.ring;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Parks an idle consumer until a producer signals: the idle methods belong to the consumer's thread, {@link #signal()} to any producer.
 * For machines with fewer cores than busy threads, where a spinning consumer keeps its own producers from running.
 *
 * <p>It spins a little, then announces that it is about to park and lets the duty cycle look once more, then parks. A producer publishes
 * first and looks for an announcement second, with a full fence between, so one of the two always sees the other (Dekker's argument) and no
 * wake-up is lost. The park is bounded all the same: agents also have work that nobody signals, such as timers and shutdown.
 *
 * <p>Several rings may signal one strategy, where one thread consumes them all. A commit pays for the fence (a few ns), and for the wake-up
 * only when the consumer is parked.
 */
public final class BlockingIdleStrategy implements IdleStrategy, ConsumerSignal {
    /** Name for {@link IdleStrategies#byName(String)}. */
    public static final String ALIAS = "blocking";

    /** Empty duty cycles before the thread thinks of parking. */
    public static final int DEFAULT_SPINS = 64;

    /** Longest park, in nanoseconds: the granularity of work that nobody signals. */
    public static final long DEFAULT_MAX_PARK_NS = 1_000_000L;

    private final int spins;
    private final long maxParkNs;

    /** Consumer's own: empty duty cycles so far, {@code spins + 1} once announced. */
    private int idles;

    private volatile @Nullable Thread parking;

    /** Spins {@value #DEFAULT_SPINS} times and parks for at most {@value #DEFAULT_MAX_PARK_NS} ns. */
    public BlockingIdleStrategy() {
        this(DEFAULT_SPINS, DEFAULT_MAX_PARK_NS);
    }

    /**
     * A strategy of other proportions.
     *
     * @param spins     empty duty cycles before the thread thinks of parking, 0 or more.
     * @param maxParkNs longest park in nanoseconds, at least 1.
     */
    public BlockingIdleStrategy(final int spins, final long maxParkNs) {
        if (spins < 0 || maxParkNs < 1) {
            throw new IllegalArgumentException(
                    "blocking idle strategy needs spins of 0 or more and a park of at least 1 ns: " + spins + ", "
                            + maxParkNs);
        }
        this.spins = spins;
        this.maxParkNs = maxParkNs;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (idles < spins) {
            idles++;
            Thread.onSpinWait();
        } else if (idles == spins) {
            idles++;
            parking = Thread.currentThread();
            // The other half of Dekker's argument: announce, then look at the rings again.
            VarHandle.fullFence();
        } else {
            // Not announced any more if a signal came in since: park returns at once, its permit is given.
            LockSupport.parkNanos(this, maxParkNs);
            idles = spins;
        }
    }

    @Override
    public void reset() {
        if (idles > spins) {
            parking = null;
        }
        idles = 0;
    }

    @Override
    public void signal() {
        VarHandle.fullFence();
        final Thread sleeper = parking;
        if (sleeper != null) {
            parking = null;
            LockSupport.unpark(sleeper);
        }
    }

    @Override
    public String alias() {
        return ALIAS;
    }
}
