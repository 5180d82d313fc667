package io.tagma.cuda;

/**
 * Something of the driver's that a context made and that must be given back. Made, used and closed by any thread, by one at a time.
 *
 * <p>Closing twice does nothing. Where the driver refuses to take it back, {@link #close} throws, and closing the context tries once
 * more; what then still is refused ends with the context.
 */
public abstract sealed class CudaResource implements AutoCloseable
        permits CudaEvent, CudaGraph, CudaModule, CudaStream, DeviceBuffer, PinnedBuffer {
    private final CudaContext context;
    private final long handle;
    private volatile boolean closed;

    CudaResource(final CudaContext context, final long handle) {
        this.context = context;
        this.handle = handle;
        context.register(this);
    }

    /** The context that made it. */
    public final CudaContext context() {
        return context;
    }

    /** Whether {@link #close} was called, here or by the context. */
    public final boolean isClosed() {
        return closed;
    }

    /** The driver's handle or address, of something that is open. */
    final long handle() {
        if (closed) {
            throw new IllegalStateException(what() + " was closed");
        }
        return handle;
    }

    /** The same for a use by an object of a context, which must be the one that made this. */
    final long handleFor(final CudaContext user) {
        if (user != context) {
            throw new IllegalArgumentException(
                    what() + " belongs to " + context + ", it was given to something of " + user);
        }
        return handle();
    }

    /** What it is, in the words of a message, e.g. {@code the device buffer of 4096 bytes}. */
    abstract String what();

    /** The driver's name of the call that takes it back. */
    abstract String releaseCall();

    /** Gives it back and answers the driver's code. */
    abstract int release(long driverHandle);

    /** Gives it back; after the device was retired that is a formality and cannot fail. */
    @Override
    public final void close() {
        if (closed) {
            return;
        }
        closed = true;
        context.makeCurrent();
        final int code = release(handle);
        if (code == DriverCalls.SUCCESS || context.retirement().isPresent()) {
            context.forget(this);
            return;
        }
        throw context.failure(releaseCall(), what(), code);
    }

    /** The context's last try. */
    final int releaseAgain() {
        closed = true;
        return release(handle);
    }

    @Override
    public final String toString() {
        return what() + (closed ? ", closed" : "");
    }
}
