package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A queue of work for one device, done in order and beside other streams. Used by one thread at a time, which called {@link
 * CudaContext#makeCurrent}. Nothing here allocates except {@link #capture} and failures.
 */
public final class CudaStream extends CudaResource {
    private static final int THREAD_LOCAL = 1;

    CudaStream(final CudaContext context, final long handle) {
        super(context, handle);
    }

    /**
     * Copies from pinned memory to the device.
     *
     * @throws IllegalArgumentException if the range is not within both buffers, naming both
     */
    public void copy(
            final PinnedBuffer from,
            final long fromOffset,
            final DeviceBuffer to,
            final long toOffset,
            final long bytes) {
        given(from, to);
        range("reads", from.what(), from.bytes(), fromOffset, bytes);
        range("writes", to.what(), to.bytes(), toOffset, bytes);
        final int code = context()
                .calls()
                .context()
                .cuMemcpyHtoDAsync(
                        to.handleFor(context()) + toOffset, from.handleFor(context()) + fromOffset, bytes, handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuMemcpyHtoDAsync_v2", "ByteCount=" + bytes, code);
        }
    }

    /** Copies from the device to pinned memory; the bytes are there once the stream was waited for. */
    public void copy(
            final DeviceBuffer from,
            final long fromOffset,
            final PinnedBuffer to,
            final long toOffset,
            final long bytes) {
        given(from, to);
        range("reads", from.what(), from.bytes(), fromOffset, bytes);
        range("writes", to.what(), to.bytes(), toOffset, bytes);
        final int code = context()
                .calls()
                .context()
                .cuMemcpyDtoHAsync(
                        to.handleFor(context()) + toOffset, from.handleFor(context()) + fromOffset, bytes, handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuMemcpyDtoHAsync_v2", "ByteCount=" + bytes, code);
        }
    }

    /** Copies within the device. */
    public void copy(
            final DeviceBuffer from,
            final long fromOffset,
            final DeviceBuffer to,
            final long toOffset,
            final long bytes) {
        given(from, to);
        range("reads", from.what(), from.bytes(), fromOffset, bytes);
        range("writes", to.what(), to.bytes(), toOffset, bytes);
        final int code = context()
                .calls()
                .context()
                .cuMemcpyDtoDAsync(
                        to.handleFor(context()) + toOffset, from.handleFor(context()) + fromOffset, bytes, handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuMemcpyDtoDAsync_v2", "ByteCount=" + bytes, code);
        }
    }

    /** Sets words of 32 bits of the device's memory. */
    public void fill(final DeviceBuffer to, final long offset, final int word, final long words) {
        range("writes", to.what(), to.bytes(), offset, 4 * words);
        final int code =
                context().calls().context().cuMemsetD32Async(to.handleFor(context()) + offset, word, words, handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuMemsetD32Async", "ui=" + word + ", N=" + words, code);
        }
    }

    /**
     * Launches a kernel over blocks in two dimensions of threads in one.
     *
     * @param arguments made for that function, each of them set
     * @param gridX blocks, 1 to 2^31 - 1
     * @param gridY rows of blocks, 1 to 65,535
     * @param threads a block, 1 to 1,024
     */
    public void launch(final LaunchArguments arguments, final int gridX, final int gridY, final int threads) {
        final CudaFunction function = arguments.function();
        final int code = context().calls().stream()
                .cuLaunchKernel(
                        function.handleFor(context()),
                        gridX,
                        gridY,
                        1,
                        threads,
                        1,
                        1,
                        0,
                        handle(),
                        arguments.table(),
                        MemorySegment.NULL);
        if (code != DriverCalls.SUCCESS) {
            throw context()
                    .failure(
                            "cuLaunchKernel",
                            "f=" + function.name() + ", grid=" + gridX + "x" + gridY + ", block=" + threads,
                            code);
        }
    }

    /** Launches what was captured. */
    public void launch(final CudaGraph graph) {
        final int code = context().calls().stream().cuGraphLaunch(graph.handleFor(context()), handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuGraphLaunch", "", code);
        }
    }

    /** Marks this place of the queue with an event. */
    public void record(final CudaEvent event) {
        final int code = context().calls().stream().cuEventRecord(event.handleFor(context()), handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuEventRecord", "", code);
        }
    }

    /** Lets what follows here wait, on the device, for an event of another stream. */
    public void await(final CudaEvent event) {
        final int code = context().calls().stream().cuStreamWaitEvent(handle(), event.handleFor(context()), 0);
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuStreamWaitEvent", "Flags=0", code);
        }
    }

    /** Waits until all of it is done; an error of work given earlier shows here. */
    public void synchronize() {
        final int code = context().calls().stream().cuStreamSynchronize(handle());
        if (code != DriverCalls.SUCCESS) {
            throw context().failure("cuStreamSynchronize", "", code);
        }
    }

    /** Records what the work gives to this stream, without doing it, as a graph. */
    public CudaGraph capture(final Runnable work) {
        final StreamCalls calls = context().calls().stream();
        final int began = calls.cuStreamBeginCapture(handle(), THREAD_LOCAL);
        if (began != DriverCalls.SUCCESS) {
            throw context().failure("cuStreamBeginCapture_v2", "mode=" + THREAD_LOCAL, began);
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = arena.allocate(JAVA_LONG);
            try {
                work.run();
            } catch (final RuntimeException failed) {
                // The stream must leave capture mode, or it is of no more use; what it had recorded is of none.
                if (calls.cuStreamEndCapture(handle(), place) == DriverCalls.SUCCESS && place.get(JAVA_LONG, 0) != 0) {
                    calls.cuGraphDestroy(place.get(JAVA_LONG, 0));
                }
                throw failed;
            }
            final int ended = calls.cuStreamEndCapture(handle(), place);
            if (ended != DriverCalls.SUCCESS) {
                throw context().failure("cuStreamEndCapture", "", ended);
            }
            return instantiate(place.get(JAVA_LONG, 0), arena.allocate(JAVA_LONG));
        }
    }

    private CudaGraph instantiate(final long graph, final MemorySegment place) {
        final StreamCalls calls = context().calls().stream();
        final int made = calls.cuGraphInstantiateWithFlags(place, graph, 0);
        // Tried twice: nobody else knows the graph, so it would stay to the end of the context.
        int destroyed = calls.cuGraphDestroy(graph);
        if (destroyed != DriverCalls.SUCCESS) {
            destroyed = calls.cuGraphDestroy(graph);
        }
        if (made != DriverCalls.SUCCESS) {
            throw context().failure("cuGraphInstantiateWithFlags", "flags=0", made);
        }
        final CudaGraph executable = new CudaGraph(context(), place.get(JAVA_LONG, 0));
        if (destroyed != DriverCalls.SUCCESS) {
            executable.close();
            throw context().failure("cuGraphDestroy", "", destroyed);
        }
        return executable;
    }

    private static void given(final @Nullable CudaResource from, final @Nullable CudaResource to) {
        if (from == null || to == null) {
            throw new IllegalArgumentException("a copy from " + (from == null ? "null" : from.what()) + " to "
                    + (to == null ? "null" : to.what()) + ": it needs a buffer on both sides");
        }
    }

    private static void range(
            final String does, final String what, final long size, final long offset, final long bytes) {
        if (offset < 0 || bytes < 0 || offset > size - bytes) {
            throw new IllegalArgumentException(
                    "a copy " + does + " " + bytes + " bytes from offset " + offset + " of " + what);
        }
    }

    @Override
    String what() {
        return "the stream";
    }

    @Override
    String releaseCall() {
        return "cuStreamDestroy_v2";
    }

    @Override
    int release(final long handle) {
        return context().calls().stream().cuStreamDestroy(handle);
    }
}
