package io.tagma.engine.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count that one thread advances and any thread reads. Writing is a plain store without a fence. */
public final class Counter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** Adds one; the owner only. */
    public void increment() {
        // Opaque: readers see it eventually and never torn; nothing else is ordered by a count.
        VALUE.setOpaque(this, value + 1);
    }

    /** Adds {@code n}; the owner only. */
    public void add(final long n) {
        VALUE.setOpaque(this, value + n);
    }

    /** Goes on from a count; the owner only. */
    public void set(final long count) {
        VALUE.setOpaque(this, count);
    }

    /** Not less than {@code least}; the owner only. */
    public void atLeast(final long least) {
        VALUE.setOpaque(this, Math.max(value, least));
    }

    /** The count; any thread. */
    public long get() {
        return (long) VALUE.getOpaque(this);
    }
}
