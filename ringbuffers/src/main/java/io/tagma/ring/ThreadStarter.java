package io.tagma.ring;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/** Starts threads of an injected factory under a name. Stateless. */
public final class ThreadStarter {
    private ThreadStarter() {}

    /**
     * Starts a thread.
     *
     * @param factory whom the thread comes from
     * @param name it gets
     * @param task what it runs
     * @param made told of the thread before it runs
     */
    public static void start(
            final ThreadFactory factory, final String name, final Runnable task, final Consumer<Thread> made) {
        final Executor starter = Executors.newThreadPerTaskExecutor(work -> {
            final Thread thread = factory.newThread(work);
            thread.setName(name);
            made.accept(thread);
            return thread;
        });
        starter.execute(task);
    }
}
