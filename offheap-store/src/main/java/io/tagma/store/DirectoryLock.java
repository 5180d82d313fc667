package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final String PID = "pid=";
    private static final int LONGEST = 256;

    private final Path file;
    private final FileChannel channel;
    private boolean closed;

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
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                throw taken(directory, pidIn(read(channel)).orElse(-1));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((PID + self + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            taken = true;
            return new DirectoryLock(file, channel);
        } finally {
            if (!taken) {
                HELD.remove(file);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /** Id of the live process that holds the directory, as far as its lock file says. */
    static OptionalLong holder(final Path directory, final String name) throws IOException {
        final Path file = directory.toRealPath().resolve(name);
        if (HELD.contains(file)) {
            return OptionalLong.of(ProcessHandle.current().pid());
        }
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        final OptionalLong pid = pidIn(Files.readString(file, StandardCharsets.US_ASCII));
        return pid.isPresent() && isAlive(pid.getAsLong()) ? pid : OptionalLong.empty();
    }

    static void requireFree(final Path directory, final String name) throws IOException {
        final OptionalLong pid = holder(directory, name);
        if (pid.isPresent()) {
            throw taken(directory, pid.getAsLong());
        }
    }

    private static boolean isAlive(final long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) && !isZombie(pid);
    }

    /** A process that has ended holds nothing any more, but keeps its id until its parent asks how it ended, which may be never. */
    private static boolean isZombie(final long pid) {
        try {
            final String status =
                    Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            // pid (name) state: the name may hold anything, parentheses too
            final int state = status.lastIndexOf(')') + 2;
            return state > 1 && state < status.length() && status.charAt(state) == 'Z';
        } catch (IOException ignored) {
            return false; // no such file system here, or gone just now: asked again soon
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Closing drops the lock with it, also where the file cannot be emptied: the process in it is then not alive.
        try (channel) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new StoreException(file + " cannot be released: " + e, e);
        } finally {
            HELD.remove(file);
        }
    }

    private static boolean tryLock(final FileChannel channel) throws IOException {
        try {
            final FileLock lock = channel.tryLock();
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

    private static String read(final FileChannel channel) throws IOException {
        final ByteBuffer text = ByteBuffer.allocate(LONGEST);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    }

    private static OptionalLong pidIn(final String text) {
        final String number =
                text.startsWith(PID) ? text.substring(PID.length()).trim() : "";
        return number.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(number)) : OptionalLong.empty();
    }
}
