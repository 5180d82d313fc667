package io.tagma.perf.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** OpenBLAS, where it is installed: {@code cblas_sgemm} on one thread, over the bias. Used by one thread. */
final class OpenBlas implements DensePeer {
    private static final String LIBRARY = "libopenblas.so.0";
    private static final int ROW_MAJOR = 101;
    private static final int NOT_TRANSPOSED = 111;
    private static final int ALIGNMENT = 64;

    private final Arena arena;
    private final DensePeers.Job job;
    private final MethodHandle multiply;
    private final MemorySegment weights;
    private final MemorySegment bias;
    private final MemorySegment x;
    private final MemorySegment out;

    @SuppressWarnings("restricted") // native access is what this class is for
    OpenBlas(final DensePeers.Job job) throws DensePeers.Unavailable {
        this.job = job;
        final SymbolLookup symbols = library();
        final Linker linker = Linker.nativeLinker();
        try {
            linker.downcallHandle(symbols.findOrThrow("openblas_set_num_threads"), FunctionDescriptor.ofVoid(JAVA_INT))
                    .invokeExact(1);
        } catch (final Throwable e) { // what invokeExact declares
            throw new IllegalStateException(e);
        }
        arena = Arena.ofConfined();
        multiply = linker.downcallHandle(
                symbols.findOrThrow("cblas_sgemm"),
                FunctionDescriptor.ofVoid(
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        JAVA_INT,
                        JAVA_FLOAT,
                        ADDRESS,
                        JAVA_INT));
        weights = copy(job.weights());
        bias = copy(job.bias());
        x = copy(job.x());
        out = arena.allocate((long) job.batch() * job.outputs() * Float.BYTES, ALIGNMENT);
    }

    @SuppressWarnings("restricted") // native access is what this class is for
    private static SymbolLookup library() throws DensePeers.Unavailable {
        try {
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global()); // it has threads: never unloaded
        } catch (final IllegalArgumentException e) {
            throw new DensePeers.Unavailable(
                    "OpenBLAS is left out: no " + LIBRARY + " (Debian: apt-get install libopenblas0)", e);
        }
    }

    private MemorySegment copy(final float[] from) {
        final MemorySegment to = arena.allocate((long) from.length * Float.BYTES, ALIGNMENT);
        MemorySegment.copy(from, 0, to, JAVA_FLOAT, 0, from.length);
        return to;
    }

    @Override
    public String name() {
        return "openblas";
    }

    @Override
    public void score() {
        for (int r = 0; r < job.batch(); r++) {
            MemorySegment.copy(bias, 0, out, r * bias.byteSize(), bias.byteSize());
        }
        try {
            multiply.invokeExact(
                    ROW_MAJOR,
                    NOT_TRANSPOSED,
                    NOT_TRANSPOSED,
                    job.batch(),
                    job.outputs(),
                    job.inputs(),
                    1f,
                    x,
                    job.inputs(),
                    weights,
                    job.outputs(),
                    1f,
                    out,
                    job.outputs());
        } catch (final Throwable e) { // what invokeExact declares; the call itself throws nothing
            throw new IllegalStateException(e);
        }
    }

    @Override
    public float score(final int row, final int output) {
        return out.getAtIndex(JAVA_FLOAT, (long) row * job.outputs() + output);
    }

    @Override
    public void close() {
        arena.close();
    }
}
