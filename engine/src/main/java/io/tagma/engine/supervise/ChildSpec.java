package io.tagma.engine.supervise;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How a child is made and when it is made again. Immutable.
 *
 * @param name unique among its siblings
 * @param lives makes a life; called for each start
 * @param restart when another life follows
 * @param shutdownTimeoutNs how long its end in good order may take
 */
public record ChildSpec(String name, Supplier<? extends Child> lives, Restart restart, long shutdownTimeoutNs) {
    /** When another life follows. */
    public enum Restart {
        /** Always. */
        PERMANENT,
        /** When it failed. */
        TRANSIENT,
        /** Never; it is forgotten when it ends. */
        TEMPORARY
    }

    private static final long SHUTDOWN_NS = TimeUnit.SECONDS.toNanos(5);

    /** Checks name and time. */
    public ChildSpec {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a child needs a name");
        }
        if (shutdownTimeoutNs < 0) {
            throw new IllegalArgumentException(
                    "the shutdown time-out of '" + name + "' must be 0 or more: " + shutdownTimeoutNs);
        }
    }

    /** A child that always runs and has five seconds to end. */
    public static ChildSpec permanent(final String name, final Supplier<? extends Child> lives) {
        return new ChildSpec(name, lives, Restart.PERMANENT, SHUTDOWN_NS);
    }

    /** A child that is restarted when it failed. */
    public static ChildSpec whenFailed(final String name, final Supplier<? extends Child> lives) {
        return new ChildSpec(name, lives, Restart.TRANSIENT, SHUTDOWN_NS);
    }

    /** A child that runs once. */
    public static ChildSpec temporary(final String name, final Supplier<? extends Child> lives) {
        return new ChildSpec(name, lives, Restart.TEMPORARY, SHUTDOWN_NS);
    }
}
