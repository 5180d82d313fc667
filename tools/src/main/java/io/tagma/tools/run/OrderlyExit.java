package io.tagma.tools.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Turns a signal to end the process into an orderly end: asks whatever runs to stop, and holds the process until it has said
 * what came of it. Opened and closed by the thread that runs; a signal comes on a thread of the JVM.
 */
public final class OrderlyExit implements AutoCloseable {
    private static final long LONGEST_WAIT_S = 120;

    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
    private final Thread hook = Thread.ofPlatform().name("tagma-exit").unstarted(this::signalled);
    private volatile boolean requested;

    /** From now on signals are heard. */
    public OrderlyExit() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What to call on a signal; called at once if one has come already. */
    public void onSignal(final Runnable action) {
        stop.set(action);
        if (requested) {
            action.run();
        }
    }

    private void signalled() {
        requested = true;
        final Runnable action = stop.get();
        if (action != null) {
            action.run();
        }
        try {
            if (!done.await(LONGEST_WAIT_S, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(1);
            }
        } catch (final InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    /** All is said; the process may end. */
    @Override
    public void close() {
        done.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (final IllegalStateException ignored) {
                // a signal came just now; the hook sees the latch
            }
        }
    }
}
