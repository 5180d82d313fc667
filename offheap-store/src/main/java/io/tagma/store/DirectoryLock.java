package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one process's claim on a directory: a locked file with the process id in it. Any thread may close it.
 *
 * <p>The system drops a process's lock on a file as soon as the process closes <em>any</em> descriptor of it, so a file that
 * this process has locked must never be opened a second time. {@link #HELD} remembers which they are: the state is static
 * because the lock is the process's.
 */
final class DirectoryLock implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
    private static final Object PROBE =
            new Object(); // opening a file, locking it, and closing it where that was not to be
    private static final String PID = "pid=";
    private static final int LONGEST = 256;
    private static final long UNKNOWN = -1;
    private static final OptionalLong NOT_SAID = OptionalLong.of(UNKNOWN);

    /** How often who finds the file locked looks again, and after what time: whoever asks for the holder has it locked for an instant. */
    private static final int LOOKS = 20;

    private static final long BETWEEN_LOOKS_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** As often again where only who asks can have it locked: that may have been stopped just then. */
    private static final int MORE_LOOKS = 400;

    private final Path file;
    private final FileChannel channel;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DirectoryLock(final Path file, final FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Locks; the directory must exist. */
    static DirectoryLock acquire(final Path directory, final String name) throws IOException {
        final Path file = directory.toRealPath().resolve(name);
        final long self = ProcessHandle.current().pid();
        if (!HELD.add(file)) {
            throw taken(directory, self);
        }
        @Nullable FileChannel channel = null;
        boolean taken = false;
        try {
            OwnerOnly.file(file);
            channel = lock(file);
            if (channel == null) {
                try (FileChannel other = FileChannel.open(file, StandardOpenOption.READ)) {
                    throw taken(directory, pidIn(other));
                }
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((PID + self + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            taken = true;
            return new DirectoryLock(file, channel);
        } finally {
            if (!taken) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(file); // only now: who takes it next would lose it by that
            }
        }
    }

    private static @Nullable FileChannel lock(final Path file) throws IOException {
        for (int look = 0; look < LOOKS + MORE_LOOKS; look++) {
            synchronized (PROBE) {
                final FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                boolean locked = false;
                try {
                    locked = tryLock(channel, false);
                    if (locked || (look >= LOOKS && !tryLock(channel, true))) {
                        return locked ? channel : null;
                    }
                } finally {
                    if (!locked) {
                        channel.close();
                    }
                }
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NS);
        }
        return null;
    }

    /**
     * Id of the process that holds the directory, -1 where that has not said yet who it is; empty where none does. It is the lock that tells, and not whether there is a
     * process of that id: an id is used again, in containers at once, and means nothing outside of its own.
     */
    static OptionalLong holder(final Path directory, final String name) throws IOException {
        final Path file = directory.toRealPath().resolve(name);
        OptionalLong holder = look(file);
        for (int look = 1; look < LOOKS && holder.equals(NOT_SAID); look++) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NS);
            holder = look(file);
        }
        return holder;
    }

    private static OptionalLong look(final Path file) throws IOException {
        synchronized (PROBE) {
            if (HELD.contains(file)) {
                return OptionalLong.of(ProcessHandle.current().pid());
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                return tryLock(channel, true) ? OptionalLong.empty() : OptionalLong.of(pidIn(channel));
            } catch (NoSuchFileException e) {
                return OptionalLong.empty();
            }
        }
    }

    static void requireFree(final Path directory, final String name) throws IOException {
        final OptionalLong pid = holder(directory, name);
        if (pid.isPresent()) {
            throw taken(directory, pid.getAsLong());
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        // Closing drops the lock with it, also where the file cannot be emptied: the process in it is then not alive.
        try (channel) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be released: " + e, e);
        } finally {
            HELD.remove(file);
        }
    }

    private static boolean tryLock(final FileChannel channel, final boolean shared) throws IOException {
        try {
            final FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static DirectoryHeldException taken(final Path directory, final long pid) {
        final String who = pid == ProcessHandle.current().pid() ? "this process (" + pid + ")" : "process " + pid;
        return new DirectoryHeldException(directory + " is held by " + (pid < 0 ? "another process" : who)
                + ": close that engine first, or give this one another directory. Tools may read it meanwhile.");
    }

    private static long pidIn(final FileChannel channel) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
        FileReads.fill(channel, bytes, 0);
        final String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        final String number =
                text.startsWith(PID) ? text.substring(PID.length()).trim() : "";
        return number.matches("\\d{1,18}") ? Long.parseLong(number) : UNKNOWN;
    }
}
