package io.tagma.engine.supervise;

import org.jspecify.annotations.Nullable;

/** Tells one life of a child that it should end. Set by its supervisor, read by the child's thread. */
public final class StopSignal {
    private @Nullable Runnable hook;
    private volatile boolean requested;

    /** Whether the child should end; cheap enough to ask in every duty cycle. */
    public boolean isRequested() {
        return requested;
    }

    /**
     * What else wakes the child, e.g. the closing of what it reads from. Runs on the supervisor's thread when the stop comes, or at
     * once when it has come.
     */
    public synchronized void onStop(final Runnable wake) {
        hook = wake;
        if (requested) {
            wake.run();
        }
    }

    /** Sets it; false when the child's hook threw, so that the supervisor must find another way to be heard. */
    synchronized boolean request() {
        if (requested) {
            return true;
        }
        requested = true;
        try {
            if (hook != null) {
                hook.run();
            }
            return true;
        } catch (final RuntimeException e) {
            return false;
        }
    }
}
