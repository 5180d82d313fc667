package io.tagma.engine.supervise;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;

/** A thread factory that knows its threads. Thread-safe. */
public final class ThreadCensus implements ThreadFactory {
    private final ThreadFactory factory;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /** Has another factory make the threads. */
    public ThreadCensus(final ThreadFactory factory) {
        this.factory = factory;
    }

    /** Makes virtual threads, and notes them in the census that a factory is, if it is one. */
    public static ThreadFactory virtual(final ThreadFactory known, final String prefix) {
        final ThreadFactory makes = Thread.ofVirtual().name(prefix, 0).factory();
        return known instanceof ThreadCensus census ? body -> census.note(makes.newThread(body)) : makes;
    }

    @Override
    public Thread newThread(final Runnable body) {
        return note(factory.newThread(body));
    }

    private Thread note(final Thread thread) {
        threads.removeIf(known -> known.getState() == Thread.State.TERMINATED);
        threads.add(thread);
        return thread;
    }

    /** Those that were started and have not ended, in the order in which they were made. */
    public List<Thread> alive() {
        return threads.stream().filter(Thread::isAlive).toList();
    }
}
