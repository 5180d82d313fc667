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
 * Tells the holes of a sparse file from its data, by Linux's {@code lseek(SEEK_DATA)}: a journal's file is mostly hole, and
 * reading a hole fills memory with zeros. Owned by one thread. Where there is no such call, all is data.
 */
final class FileExtents implements AutoCloseable {
    private static final int SEEK_DATA = 3;
    private static final int NO_MORE_DATA = 6; // ENXIO
    private static final int READ_ONLY_CLOSE_ON_EXEC = 0x80000;
    private static final @Nullable Calls CALLS = Calls.find();

    private final Arena arena;
    private final MemorySegment state;
    private final int descriptor;

    private FileExtents(final Arena arena, final MemorySegment state, final int descriptor) {
        this.arena = arena;
        this.state = state;
        this.descriptor = descriptor;
    }

    /** Opens a file; where that is not possible, all of it counts as data. Never for a file that this process has locked. */
    static FileExtents open(final Path file) {
        final Calls calls = CALLS;
        final Arena arena = Arena.ofConfined();
        final MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
        final int descriptor = calls == null ? -1 : calls.open(arena.allocateFrom(file.toString()));
        return new FileExtents(arena, state, descriptor);
    }

    /** First byte at or behind {@code offset} that may hold data, -1 when there is none up to the file's end. */
    long nextData(final long offset) {
        final Calls calls = CALLS;
        if (calls == null || descriptor < 0) {
            return offset;
        }
        final long found = calls.seekData(state, descriptor, offset);
        if (found >= 0) {
            return found;
        }
        return calls.error(state) == NO_MORE_DATA ? -1 : offset;
    }

    @Override
    public void close() {
        final Calls calls = CALLS;
        if (calls != null && descriptor >= 0) {
            calls.close(descriptor);
        }
        arena.close();
    }

    /** The three system calls. */
    private record Calls(MethodHandle opener, MethodHandle seeker, MethodHandle closer, VarHandle errno) {
        @SuppressWarnings("restricted") // what native access is enabled for
        static @Nullable Calls find() {
            if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
                return null;
            }
            final Linker linker = Linker.nativeLinker();
            final Linker.Option variadic = Linker.Option.firstVariadicArg(2);
            final VarHandle errno =
                    Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
            return new Calls(
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("open"),
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                            variadic),
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("lseek"),
                            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
                            Linker.Option.captureCallState("errno")),
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT)),
                    errno);
        }

        int open(final MemorySegment path) {
            try {
                return (int) opener.invokeExact(path, READ_ONLY_CLOSE_ON_EXEC, 0);
            } catch (final Throwable failure) { // what invokeExact declares; the call itself throws nothing
                return -1;
            }
        }

        long seekData(final MemorySegment state, final int descriptor, final long offset) {
            try {
                return (long) seeker.invokeExact(state, descriptor, offset, SEEK_DATA);
            } catch (final Throwable failure) {
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
