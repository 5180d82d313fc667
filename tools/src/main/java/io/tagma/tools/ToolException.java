package io.tagma.tools;

/** What a user did or has that cannot work; the message names the thing, the value and the way out. One line, no stack trace. */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** Something on the machine is not as it must be: exit code 1. */
    public ToolException(final String message) {
        this(message, Tagma.EXIT_FAILURE);
    }

    /** With an exit code of its own. */
    public ToolException(final String message, final int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The command line itself is wrong: exit code 2. */
    public static ToolException usage(final String message) {
        return new ToolException(message, Tagma.EXIT_USAGE);
    }

    /** What the process shall exit with. */
    public int exitCode() {
        return exitCode;
    }
}
