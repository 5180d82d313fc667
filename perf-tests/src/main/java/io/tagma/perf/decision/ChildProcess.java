package io.tagma.perf.decision;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One variant's JVM as its parent sees it: commands in, answers out. Owned by one thread of the parent. */
final class ChildProcess implements AutoCloseable {
    /** Heap of every child, so that none is favoured. */
    static final String HEAP = "1g";

    private static final int LAST_WORDS = 12;
    private static final long EXIT_SECONDS = 10;

    private final Variant variant;
    private final Process process;
    private final Path errors;
    private final BufferedReader answers;
    private final Writer commands;

    private ChildProcess(final Variant variant, final Process process, final Path errors) {
        this.variant = variant;
        this.process = process;
        this.errors = errors;
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a JVM of this JVM's kind, flags and class path, and waits until it is ready.
     *
     * @param directory for the variant's files
     */
    static ChildProcess start(final Variant variant, final Path directory, final int events, final long seed) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(inheritedFlags());
        command.add("-Xmx" + HEAP);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchChild.class.getName()));
        command.addAll(List.of(variant.label(), directory.toString(), String.valueOf(events), String.valueOf(seed)));
        final Path errors = directory.resolve("stderr");
        try {
            final ChildProcess child = new ChildProcess(
                    variant,
                    new ProcessBuilder(command).redirectError(errors.toFile()).start(),
                    errors);
            child.answer();
            return child;
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot start " + variant.label(), e);
        }
    }

    // What config/jvm.args says, without what was meant for this process only (heap, agents, caches).
    private static List<String> inheritedFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--")
                        || flag.startsWith("-Dchronicle.")
                        || flag.startsWith("-XX:CompileCommand"))
                .toList();
    }

    /**
     * Gives a command and waits for its answer.
     *
     * @throws IllegalStateException with the child's last words, when there is none
     */
    Map<String, String> ask(final String command) {
        tell(command);
        return answer();
    }

    private void tell(final String command) {
        try {
            commands.write(command + '\n');
            commands.flush();
        } catch (final IOException e) {
            throw lost(e);
        }
    }

    private Map<String, String> answer() {
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(BenchChild.ANSWER)) {
                    return pairs(line.substring(BenchChild.ANSWER.length()).strip());
                }
            }
        } catch (final IOException e) {
            throw lost(e);
        }
        throw lost(null);
    }

    private static Map<String, String> pairs(final String text) {
        final Map<String, String> pairs = new LinkedHashMap<>();
        for (final String pair : text.split(" ", -1)) {
            final int equals = pair.indexOf('=');
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }

    private IllegalStateException lost(final @Nullable IOException cause) {
        return new IllegalStateException(variant.label() + " ended early: " + lastWords(), cause);
    }

    private String lastWords() {
        try {
            final List<String> lines = Files.readAllLines(errors);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (final IOException e) {
            return "it said nothing";
        }
    }

    /** {@code kill -9}; returns when it is dead. */
    void kill() {
        process.destroyForcibly();
        exited(EXIT_SECONDS);
    }

    /** Waits; whether it ended by itself. */
    boolean exited(final double seconds) {
        try {
            return process.waitFor((long) (seconds * TimeUnit.SECONDS.toMillis(1)), TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        try {
            commands.close();
        } catch (final IOException ignored) {
            // it has ended
        }
        if (!exited(EXIT_SECONDS)) {
            kill();
        }
    }
}
