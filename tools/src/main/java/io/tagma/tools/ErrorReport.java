package io.tagma.tools;

import io.tagma.engine.EngineException;
import io.tagma.store.StoreException;
import io.tagma.tools.fraud.TransactionFormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says what went wrong in one line on standard error; where it came from only to those who ask. */
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private static final String DEBUG_VARIABLE = "TAGMA_DEBUG";
    private static final String BUG = "internal error: ";

    private final Terminal terminal;
    private final BooleanSupplier debug;

    ErrorReport(final Terminal terminal, final BooleanSupplier debug) {
        this.terminal = terminal;
        this.debug = debug;
    }

    @Override
    public int handleParseException(final ParameterException failure, final String[] arguments) {
        final CommandLine line = failure.getCommandLine();
        final String command = line.getCommandSpec().qualifiedName();
        String hint = "try '" + command + " --help'";
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
            final List<String> guesses = unmatched.getSuggestions();
            hint = guesses.isEmpty() ? hint : "did you mean '" + guesses.getFirst() + "'? Else " + hint;
            if (line.getParent() != null && !line.getSubcommands().isEmpty()) {
                hint = "there are: " + String.join(", ", line.getSubcommands().keySet()) + "; " + hint;
            }
        }
        report(words(firstLine(String.valueOf(failure.getMessage()))) + "; " + hint, failure);
        return Tagma.EXIT_USAGE;
    }

    @Override
    public int handleExecutionException(final Exception failure, final CommandLine line, final ParseResult parsed) {
        terminal.endLive();
        report(describe(failure), failure);
        return failure instanceof ToolException tool ? tool.exitCode() : Tagma.EXIT_FAILURE;
    }

    /** The parser's words, in the user's. */
    private static String words(final String message) {
        return message.replaceFirst(" is not an? (?:long|int)$", " is not a whole number")
                .replaceFirst(" is not a (?:double|float)$", " is not a number")
                .replaceFirst("\\.$", "");
    }

    private static String describe(final Throwable failure) {
        return switch (failure) {
            case ToolException tool -> String.valueOf(tool.getMessage());
            case EngineException engine -> String.valueOf(engine.getMessage());
            case StoreException store -> String.valueOf(store.getMessage());
            case TransactionFormatException format -> String.valueOf(format.getMessage());
            case NoSuchFileException missing -> message(missing, "no such file or directory");
            case AccessDeniedException denied -> message(denied, "permission denied");
            case IOException io -> message(io, io.getClass().getSimpleName());
            case UncheckedIOException io -> String.valueOf(io.getMessage());
            default -> BUG + failure + "; run it with --debug and report what it prints";
        };
    }

    private static String message(final IOException failure, final String what) {
        final String message = String.valueOf(failure.getMessage());
        return message.contains(" ") ? message : message + ": " + what;
    }

    private void report(final String message, final Throwable failure) {
        terminal.err().println("tagma: " + firstLine(message));
        if (debug.getAsBoolean() || System.getenv(DEBUG_VARIABLE) != null) {
            final PrintWriter writer = new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8);
            trace(failure, writer);
            writer.flush();
        }
    }

    private static void trace(final Throwable failure, final PrintWriter writer) {
        Throwable cause = failure;
        String prefix = "";
        while (cause != null) {
            writer.println(prefix + cause);
            for (final StackTraceElement frame : cause.getStackTrace()) {
                writer.println("    at " + frame);
            }
            cause = cause.getCause();
            prefix = "caused by: ";
        }
    }

    private static String firstLine(final String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
