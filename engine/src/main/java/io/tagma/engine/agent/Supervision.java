package io.tagma.engine.agent;

/** What a supervisor of other people's code may swallow and what it must not. Stateless. */
public final class Supervision {
    private Supervision() {}

    /**
     * Throws on what means that the process is lost, not the code that was called: no memory, or a broken virtual machine. All
     * else is the called code's own, a stack overflow included.
     */
    public static void rethrowIfFatal(final Throwable failure) {
        if (isFatal(failure)) {
            throw (VirtualMachineError) failure;
        }
    }

    /** Whether the process is lost, not the code that was called: no memory, or a broken virtual machine. */
    public static boolean isFatal(final Throwable failure) {
        return failure instanceof OutOfMemoryError || failure instanceof InternalError;
    }
}
