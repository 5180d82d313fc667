package io.tagma.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One file whose blocks are set aside before anything is stored in them through a mapping, by Linux's {@code fallocate}: a store into a
 * page that the disk has no block for is a signal, and no error that could be handled. Owned by one thread at a time. Setting aside
 * leaves the file's length and contents as they are.
 *
 * <p>Where there is no such call, or the file system has none, {@link #reserve} answers {@link StoreCode#OK} without having done
 * anything, and what is left is to look at the free space. Never for a file that this process has locked: closing it drops the lock.
 */
final class ReservedFile implements AutoCloseable {
    /** The most that {@link #zero} writes. */
    static final long MOST_ZEROS = 128 << 10;

    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int READ_WRITE_CLOSE_ON_EXEC = 0x80002;
    private static final int INTERRUPTED = 4; // EINTR
    private static final int DISK_ERROR = 5; // EIO
    private static final int NO_SPACE = 28; // ENOSPC
    private static final int OVER_QUOTA = 122; // EDQUOT
    private static final @Nullable Calls CALLS = Calls.find();

    private final Arena arena;
    private final MemorySegment state;
    private final int descriptor;
    private @Nullable MemorySegment zeros;
    private boolean closed;

    private ReservedFile(final Arena arena, final MemorySegment state, final int descriptor) {
        this.arena = arena;
        this.state = state;
        this.descriptor = descriptor;
    }

    /** Opens a file that exists; where that cannot be, nothing is ever reserved in it. */
    static ReservedFile open(final Path file) {
        final Calls calls = CALLS;
        final Arena arena = Arena.ofShared(); // closed by whoever closes the queue
        final MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
        final int descriptor = calls == null ? -1 : calls.open(arena.allocateFrom(file.toString()));
        return new ReservedFile(arena, state, descriptor);
    }

    /** Reserves all of a file at once; see {@link #reserve(long, long)}. */
    static int reserve(final Path file, final long length) {
        try (ReservedFile reserved = open(file)) {
            return reserved.reserve(0, length);
        }
    }

    /**
     * Sets blocks aside for the bytes from {@code from} to {@code to}, also behind the file's end. A system call, 5 microseconds or so
     * on a disk's file system and as long as it takes to find memory on one in memory; allocates nothing.
     *
     * @return {@link StoreCode#OK}, {@link StoreCode#NO_SPACE}, or {@link StoreCode#IO_ERROR} where the disk fails
     */
    int reserve(final long from, final long to) {
        final Calls calls = CALLS;
        if (calls == null || descriptor < 0 || to <= from) {
            return StoreCode.OK;
        }
        while (calls.allocate(state, descriptor, KEEP_SIZE, from, to - from) != 0) {
            final int error = calls.error(state);
            if (error == NO_SPACE || error == OVER_QUOTA) {
                return StoreCode.NO_SPACE;
            }
            if (error == DISK_ERROR) {
                return StoreCode.IO_ERROR;
            }
            if (error != INTERRUPTED) {
                return StoreCode.OK; // this file system cannot
            }
        }
        return StoreCode.OK;
    }

    /**
     * Writes zeros from {@code from} to {@code to}, at most {@link #MOST_ZEROS} bytes. Their pages are in memory then.
     *
     * @return whether all were written
     */
    boolean zero(final long from, final long to) {
        MemorySegment source = zeros;
        if (source == null) {
            source = arena.allocate(MOST_ZEROS, Long.BYTES);
            zeros = source;
        }
        return write(source.address(), to - from, from);
    }

    /** Writes bytes from memory; false where not all of them were, or there is no such call: then any part of them may have been. */
    boolean write(final long address, final long length, final long offset) {
        final Calls calls = CALLS;
        if (calls == null || descriptor < 0) {
            return false;
        }
        long done = 0;
        while (done < length) {
            final long wrote = calls.write(descriptor, address + done, length - done, offset + done);
            if (wrote <= 0) {
                return false;
            }
            done += wrote;
        }
        return true;
    }

    /** Gives back blocks between {@code from} and {@code to}, whose bytes must all be zero; they still are afterwards. */
    void release(final long from, final long to) {
        final Calls calls = CALLS;
        if (calls != null && descriptor >= 0 && to > from) {
            // Where that cannot be, the blocks stay the file's: no harm but for the room.
            calls.allocate(state, descriptor, KEEP_SIZE | PUNCH_HOLE, from, to - from);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        final Calls calls = CALLS;
        if (calls != null && descriptor >= 0) {
            calls.close(descriptor);
        }
        arena.close();
    }

    /** The system calls. */
    private record Calls(
            MethodHandle opener, MethodHandle allocator, MethodHandle writer, MethodHandle closer, VarHandle errno) {
        @SuppressWarnings("restricted") // what native access is enabled for
        static @Nullable Calls find() {
            if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
                return null;
            }
            final Linker linker = Linker.nativeLinker();
            final MemorySegment allocate = symbol(linker, "fallocate");
            if (allocate.address() == 0) {
                return null;
            }
            return new Calls(
                    linker.downcallHandle(
                            symbol(linker, "open"),
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                            Linker.Option.firstVariadicArg(2)),
                    linker.downcallHandle(
                            allocate,
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                            Linker.Option.captureCallState("errno")),
                    linker.downcallHandle(
                            symbol(linker, "pwrite"),
                            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG)),
                    linker.downcallHandle(symbol(linker, "close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT)),
                    Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno")));
        }

        /** As a program in C finds it: what was loaded before the C library, to watch or to break its calls, goes first. */
        @SuppressWarnings("restricted")
        private static MemorySegment symbol(final Linker linker, final String name) {
            final MethodHandle find = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("dlsym"), FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
            try (Arena arena = Arena.ofConfined()) {
                return (MemorySegment) find.invokeExact(MemorySegment.NULL, arena.allocateFrom(name));
            } catch (final Throwable failure) { // what invokeExact declares; the call itself throws nothing
                throw new IllegalStateException(failure);
            }
        }

        int open(final MemorySegment path) {
            try {
                return (int) opener.invokeExact(path, READ_WRITE_CLOSE_ON_EXEC, 0);
            } catch (final Throwable failure) { // what invokeExact declares; the call itself throws nothing
                return -1;
            }
        }

        int allocate(
                final MemorySegment state, final int descriptor, final int mode, final long offset, final long length) {
            try {
                return (int) allocator.invokeExact(state, descriptor, mode, offset, length);
            } catch (final Throwable failure) {
                throw new IllegalStateException(failure);
            }
        }

        long write(final int descriptor, final long address, final long length, final long offset) {
            try {
                return (long) writer.invokeExact(descriptor, address, length, offset);
            } catch (final Throwable failure) { // what invokeExact declares; the call itself throws nothing
                return -1;
            }
        }

        int error(final MemorySegment state) {
            return (int) errno.get(state, 0L);
        }

        void close(final int descriptor) {
            try {
                final int ignored = (int) closer.invokeExact(descriptor);
            } catch (final Throwable failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
