package io.tagma.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Kernels that the driver compiled for a context's device. Its owner is whoever made it. */
public final class CudaModule extends CudaResource {
    private static final int ERROR_LOG_BUFFER = 5;
    private static final int ERROR_LOG_BUFFER_SIZE_BYTES = 6;
    private static final int LOG_BYTES = 4096;

    private final PtxImage image;

    private CudaModule(final CudaContext context, final long handle, final PtxImage image) {
        super(context, handle);
        this.image = image;
    }

    static CudaModule load(final CudaContext context, final String name, final byte[] ptx) {
        final PtxImage image = PtxImage.of(name, ptx);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = arena.allocate(JAVA_LONG);
            final MemorySegment log = arena.allocate(LOG_BYTES);
            final MemorySegment options = arena.allocateFrom(JAVA_INT, ERROR_LOG_BUFFER, ERROR_LOG_BUFFER_SIZE_BYTES);
            // Values are void *: the log's place, and its length in the place of a pointer.
            final MemorySegment values = arena.allocate(ADDRESS, 2);
            values.setAtIndex(ADDRESS, 0, log);
            values.setAtIndex(JAVA_LONG, 1, LOG_BYTES);
            final int code = context.calls().stream()
                    .cuModuleLoadDataEx(place, arena.allocateFrom(image.text()), 2, options, values);
            if (code != DriverCalls.SUCCESS) {
                final String said = DriverErrors.boundedText(log).strip();
                throw context.failure(
                        "cuModuleLoadDataEx",
                        "image=" + name,
                        code,
                        image.description() + "; " + context.description()
                                + (said.isEmpty() ? "" : "; it says: " + said));
            }
            return new CudaModule(context, place.get(JAVA_LONG, 0), image);
        }
    }

    /** The names of its kernels. */
    public List<String> functions() {
        return List.copyOf(image.entries().keySet());
    }

    /**
     * One of its kernels.
     *
     * @throws IllegalArgumentException if it has none of that name
     * @throws CudaException if the driver fails the call
     */
    public CudaFunction function(final String name) {
        final List<String> parameters = image.entries().get(name);
        if (parameters == null) {
            throw new IllegalArgumentException(
                    "the kernel image " + image.name() + " has no kernel " + name + "; it has " + functions());
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment place = arena.allocate(JAVA_LONG);
            final int code = context().calls().stream().cuModuleGetFunction(place, handle(), arena.allocateFrom(name));
            if (code != DriverCalls.SUCCESS) {
                throw context().failure("cuModuleGetFunction", "name=" + name, code);
            }
            return new CudaFunction(this, name, place.get(JAVA_LONG, 0), parameters);
        }
    }

    @Override
    String what() {
        return "the module " + image.name();
    }

    @Override
    String releaseCall() {
        return "cuModuleUnload";
    }

    @Override
    int release(final long handle) {
        return context().calls().stream().cuModuleUnload(handle);
    }
}
