package io.tagma.engine.agent.registry;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Somebody with whom registrations end: a process, a thread of it, or an agent in it. Immutable but for the end of an agent; any thread.
 *
 * <p>A process is its id together with when it started, since ids come again. That a thread or an agent has ended is known in its own process
 * only; to others it lives until that process says otherwise, or dies.
 */
public final class LeaseOwner {
    /** What sort of owner. */
    public enum Kind {
        /** Ends when the process is gone, however it went. */
        PROCESS(0),
        /** Ends when the thread has returned. */
        THREAD(1),
        /** Ends when {@link LeaseOwner#end()} is called. */
        AGENT(2);

        private static final Kind[] KINDS = values();

        private final int code;

        Kind(final int code) {
            this.code = code;
        }

        /** What stands for it in a file: its place, from 0. */
        int code() {
            return code;
        }

        static Kind of(final int code) {
            return KINDS[code];
        }
    }

    /** Tells agents of this process apart; static because the numbers are the process's. */
    private static final AtomicLong AGENTS = new AtomicLong();

    private final Kind kind;
    private final ProcessId process;
    private final long serial;
    private final String label;
    private final @Nullable Thread thread;
    private volatile boolean ended;

    private LeaseOwner(
            final Kind kind,
            final ProcessId process,
            final long serial,
            final String label,
            final @Nullable Thread thread) {
        this.kind = kind;
        this.process = process;
        this.serial = serial;
        this.label = label;
        this.thread = thread;
    }

    /** This process. */
    public static LeaseOwner thisProcess() {
        return new LeaseOwner(Kind.PROCESS, ProcessId.self(), 0, "", null);
    }

    /** A thread of this process; one that was not started yet counts as alive. */
    public static LeaseOwner thread(final Thread thread) {
        return new LeaseOwner(Kind.THREAD, ProcessId.self(), thread.threadId(), thread.getName(), thread);
    }

    /** An agent, or whatever else in this process has an end of its own; each call makes another. */
    public static LeaseOwner agent(final String label) {
        return new LeaseOwner(Kind.AGENT, ProcessId.self(), AGENTS.incrementAndGet(), label, null);
    }

    /** An owner as another process wrote it down. */
    static LeaseOwner remote(final Kind kind, final ProcessId process, final long serial, final String label) {
        return new LeaseOwner(kind, process, serial, label, null);
    }

    /** Ends an agent's lease: what it owns goes at the backend's next duty cycle. Idempotent. */
    public void end() {
        if (kind != Kind.AGENT || !isLocal()) {
            throw new IllegalStateException("only an agent of this process is ended by a call: " + this);
        }
        ended = true;
    }

    /** Whether its leases hold. Of another process this asks the system, some 20 us. */
    public boolean isAlive() {
        if (!isLocal()) {
            return process.isAlive();
        }
        final Thread mine = thread;
        return !ended && (mine == null || mine.isAlive() || mine.getState() == Thread.State.NEW);
    }

    /** Whether it belongs to this process. */
    public boolean isLocal() {
        return process.equals(ProcessId.self());
    }

    /** What sort of owner. */
    public Kind kind() {
        return kind;
    }

    /** The process it is, or belongs to. */
    public ProcessId process() {
        return process;
    }

    /** Tells owners of one process apart: 0, the thread's id, or the agent's number. */
    long serial() {
        return serial;
    }

    /** Name of the thread or agent, for people; empty for a process. */
    public String label() {
        return label;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof LeaseOwner that
                && kind == that.kind
                && serial == that.serial
                && process.equals(that.process);
    }

    @Override
    public int hashCode() {
        return (31 * process.hashCode() + Long.hashCode(serial)) * 31 + kind.hashCode();
    }

    @Override
    public String toString() {
        return switch (kind) {
            case PROCESS -> "process " + process.pid();
            case THREAD -> "thread '" + label + "' of process " + process.pid();
            case AGENT -> "agent '" + label + "' of process " + process.pid();
        };
    }
}
