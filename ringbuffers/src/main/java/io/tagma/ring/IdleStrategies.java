package io.tagma.ring;

import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Idle strategies by name, and which of them suits a machine. Stateless; each thread needs a strategy of its own, since most keep state.
 *
 * <table>
 *   <caption>What an idle thread costs, and what it takes to wake it</caption>
 *   <tr><th>name</th><th>idle thread</th><th>picks work up within</th></tr>
 *   <tr><td>busyspin</td><td>a whole core</td><td>tens of ns; starves others where cores are few</td></tr>
 *   <tr><td>yielding</td><td>a whole core, given away when asked for</td><td>about 1 µs</td></tr>
 *   <tr><td>backoff</td><td>little: spins, yields, then parks 1 to 100 µs</td><td>the park it is in, and the system's timer slack</td></tr>
 *   <tr><td>sleeping</td><td>next to nothing: parks 100 µs at a time</td><td>the same</td></tr>
 *   <tr><td>blocking</td><td>nothing</td><td>a wake-up by the producer, if its ring signals; see {@link BlockingIdleStrategy}</td></tr>
 * </table>
 */
public final class IdleStrategies {
    /** Agrona's {@link BusySpinIdleStrategy}. */
    public static final String BUSY_SPIN = "busyspin";

    /** Agrona's {@link YieldingIdleStrategy}. */
    public static final String YIELDING = "yielding";

    /** Agrona's {@link BackoffIdleStrategy}. */
    public static final String BACKOFF = "backoff";

    /** Agrona's {@link SleepingIdleStrategy}. */
    public static final String SLEEPING = "sleeping";

    /** {@link BlockingIdleStrategy}. */
    public static final String BLOCKING = BlockingIdleStrategy.ALIAS;

    private static final List<String> NAMES = List.of(BUSY_SPIN, YIELDING, BACKOFF, SLEEPING, BLOCKING);

    // Below this a thread that never parks takes a core from the producers it is waiting for.
    private static final int CORES_TO_YIELD = 8;

    private static final long BACKOFF_SPINS = 50;
    private static final long BACKOFF_YIELDS = 20;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 100_000;

    private IdleStrategies() {}

    /** The names that {@link #byName(String)} knows. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * A new strategy of this name, for one thread.
     *
     * @param name one of {@link #names()}.
     * @return the strategy.
     * @throws IllegalArgumentException if there is none of that name.
     */
    public static IdleStrategy byName(final String name) {
        return switch (name) {
            case BUSY_SPIN -> new BusySpinIdleStrategy();
            case YIELDING -> new YieldingIdleStrategy();
            case BACKOFF -> new BackoffIdleStrategy(BACKOFF_SPINS, BACKOFF_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
            case SLEEPING -> new SleepingIdleStrategy(MAX_PARK_NS);
            case BLOCKING -> new BlockingIdleStrategy();
            default -> throw new IllegalArgumentException("unknown idle strategy, take one of " + NAMES + ": " + name);
        };
    }

    /**
     * Makes a new strategy of this name for each thread that asks. Checks the name now.
     *
     * @param name one of {@link #names()}.
     * @return the supplier.
     * @throws IllegalArgumentException if there is none of that name.
     */
    public static Supplier<IdleStrategy> supplier(final String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("unknown idle strategy, take one of " + NAMES + ": " + name);
        }
        return () -> byName(name);
    }

    /**
     * The name of the strategy that suits a machine: {@value #BACKOFF} where cores are few, {@value #YIELDING} from 8 on.
     *
     * @param cores processors that this process may use.
     * @return one of {@link #names()}.
     */
    public static String defaultName(final int cores) {
        return cores < CORES_TO_YIELD ? BACKOFF : YIELDING;
    }

    /** A new strategy of the kind that suits this machine, for one thread. */
    public static IdleStrategy byDefault() {
        return byName(defaultName(Runtime.getRuntime().availableProcessors()));
    }
}
