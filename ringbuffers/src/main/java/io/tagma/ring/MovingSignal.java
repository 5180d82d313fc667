package io.tagma.ring;

import java.lang.invoke.VarHandle;

/**
 * The signal of a ring whose consumer may change threads: passed on to whoever consumes now. {@link #signal()} is any producer's,
 * {@link #moveTo} the consumer's own, before it first looks at the ring on its new thread.
 */
public final class MovingSignal implements ConsumerSignal {
    private volatile ConsumerSignal consumer = ConsumerSignal.NONE;

    @Override
    public void signal() {
        // Dekker's argument as in BlockingIdleStrategy: a producer that still reads the old consumer here has published
        // before the new
        // one announced itself, so that the new one finds the frame when it looks.
        VarHandle.fullFence();
        consumer.signal();
    }

    /** From now on this thread consumes. */
    void moveTo(final ConsumerSignal signal) {
        consumer = signal;
        VarHandle.fullFence();
    }
}
