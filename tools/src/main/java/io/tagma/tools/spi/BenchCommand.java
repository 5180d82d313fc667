package io.tagma.tools.spi;

/**
 * A benchmark under {@code tagma bench}, found by {@link java.util.ServiceLoader}. Implementations have a public
 * constructor without arguments and do no work before their command is called.
 */
public interface BenchCommand {
    /** A picocli {@code @Command} object with a name of its own; a {@code Callable<Integer>} that returns the exit code. */
    Object command();
}
