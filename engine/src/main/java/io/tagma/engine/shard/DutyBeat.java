package io.tagma.engine.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Tells the watchdog how far a shard's duty cycle is: a number that is odd within a cycle and grows by two with each. Written by the
 * shard's thread without a fence that waits, read by any.
 */
final class DutyBeat {
    private static final VarHandle TURN;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(DutyBeat.class, "turn", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long turn;
    private @Nullable Thread thread;

    /** A cycle begins; the shard's thread. */
    void begin() {
        thread = Thread.currentThread(); // shards may move between threads, from one cycle to the next
        TURN.setRelease(this, turn + 1);
    }

    /** It is over. */
    void end() {
        TURN.setRelease(this, turn + 1);
    }

    /** Odd within a cycle; any thread. */
    long turn() {
        return (long) TURN.getAcquire(this);
    }

    /** Whose last cycle it was, null before the first. Read it behind {@link #turn}. */
    @Nullable
    Thread thread() {
        return thread;
    }
}
