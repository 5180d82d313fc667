package io.tagma.engine.agent.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A process and when it started: together they name one process of this machine since it was booted. Immutable, any thread.
 *
 * <p>On Linux the start is field 22 of {@code /proc/PID/stat}, clock ticks since boot, which no change of the machine's time moves; elsewhere
 * what {@link ProcessHandle} says, ms. A process of another PID name space (a container's) cannot be seen and counts as dead: processes that
 * share a registry must share that too.
 *
 * @param pid its id
 * @param start when it started, in units of the system
 */
public record ProcessId(long pid, long start) {
    private static final int PID_BITS = 22; // what Linux allows
    private static final long PID_MASK = (1L << PID_BITS) - 1;
    private static final long START_MASK = (1L << (Long.SIZE - 1 - PID_BITS)) - 1;
    private static final int STATE_FIELD = 0; // counted behind the command's name
    private static final int START_FIELD = 19;
    private static final long DEAD = -1;
    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT_ID = PROC.resolve("sys/kernel/random/boot_id");
    private static final ProcessId SELF = ofSelf();

    private static ProcessId ofSelf() {
        final long pid = ProcessHandle.current().pid();
        return new ProcessId(pid, startOf(pid));
    }

    /** This process. */
    public static ProcessId self() {
        return SELF;
    }

    /** Whether it runs; one that was killed but not yet waited for by its parent does not. */
    public boolean isAlive() {
        return this.equals(SELF) || (pid > 0 && startOf(pid) == start);
    }

    /** Both in one word that is not 0: what a lock or a lease in shared memory says of its owner. */
    long word() {
        return (start & START_MASK) << PID_BITS | (pid & PID_MASK);
    }

    /** Whether the process of such a word runs. */
    static boolean isAlive(final long word) {
        if (word == SELF.word()) {
            return true;
        }
        final long pid = word & PID_MASK;
        final long start = startOf(pid);
        return start != DEAD && (start & START_MASK) == word >>> PID_BITS;
    }

    static long pidOf(final long word) {
        return word & PID_MASK;
    }

    /** A number for the time since this machine was booted; 0 where the system does not say. */
    static long boot() {
        try {
            return Files.exists(BOOT_ID)
                    ? fnv(Files.readString(BOOT_ID, StandardCharsets.US_ASCII).trim())
                    : 0;
        } catch (final IOException e) {
            return 0;
        }
    }

    /** FNV-1a, 64 bits. */
    private static long fnv(final String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    private static long startOf(final long pid) {
        return Files.isDirectory(PROC.resolve("self")) ? startInProc(pid) : startByHandle(pid);
    }

    private static long startInProc(final long pid) {
        try {
            final String stat =
                    Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name of the command is in brackets and may hold anything, brackets too.
            final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            final char state = fields[STATE_FIELD].charAt(0);
            return state == 'Z' || state == 'X' ? DEAD : Long.parseLong(fields[START_FIELD]);
        } catch (final IOException | IndexOutOfBoundsException | NumberFormatException e) {
            return DEAD;
        }
    }

    private static long startByHandle(final long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(Instant::toEpochMilli)
                .orElse(DEAD);
    }
}
