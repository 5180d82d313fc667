package io.tagma.engine.agent.registry;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * The right to write a shared registry: one word that says which process has it. Taken by one thread of a process at a time. A process that
 * died with it is recognised, and the next takes it over together with the duty to finish or undo what was begun.
 */
final class SharedLock {
    /** Not got in time: the process that has it is alive. */
    static final int BUSY = -1;

    /** Got. */
    static final int HELD = 0;

    /** Got from a dead process: what it began has to be settled first. */
    static final int INHERITED = 1;

    private static final int SPINS = 1_000;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final int PARKS_BEFORE_LOOKING = 20;

    private final SharedFile file;
    private final NanoClock clock;
    private final long timeoutNs;

    SharedLock(final SharedFile file, final NanoClock clock, final long timeoutNs) {
        this.file = file;
        this.clock = clock;
        this.timeoutNs = timeoutNs;
    }

    int acquire() {
        final long mine = ProcessId.self().word();
        for (int i = 0; i < SPINS; i++) {
            if (file.word(SharedFile.LOCK) == 0 && file.swap(SharedFile.LOCK, 0, mine)) {
                return HELD;
            }
            Thread.onSpinWait();
        }
        return acquireSlowly(mine);
    }

    private int acquireSlowly(final long mine) {
        final long start = clock.nanoTime();
        for (int parks = 0; ; parks++) {
            final long holder = file.word(SharedFile.LOCK);
            if (holder == 0) {
                if (file.swap(SharedFile.LOCK, 0, mine)) {
                    return HELD;
                }
            } else if (parks % PARKS_BEFORE_LOOKING == 0 && !ProcessId.isAlive(holder)) {
                if (file.swap(SharedFile.LOCK, holder, mine)) {
                    return INHERITED;
                }
            } else if (clock.nanoTime() - start > timeoutNs) {
                return BUSY;
            } else {
                LockSupport.parkNanos(PARK_NS);
            }
        }
    }

    void release() {
        file.word(SharedFile.LOCK, 0);
    }
}
