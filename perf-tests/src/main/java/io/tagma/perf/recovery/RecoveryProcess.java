package io.tagma.perf.recovery;

import io.tagma.tools.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A child, a {@link RecoveryChild} as a rule, as its parent sees it. Owned by one thread of the parent. */
public final class RecoveryProcess implements AutoCloseable {
    /** What a child's answer begins with: a line of keys and values, {@code key=value}, with blanks between. */
    public static final String ANSWER = RecoveryChild.ANSWER;

    private static final long EXIT_SECONDS = 20;

    private final String role;
    private final Process process;
    private final Map<String, String> answer = new LinkedHashMap<>();

    private RecoveryProcess(final String role, final Process process) {
        this.role = role;
        this.process = process;
    }

    /** Starts one and waits for what it has to say. */
    static RecoveryProcess start(final String role, final Object... arguments) {
        return start(RecoveryChild.class, "1g", role, arguments);
    }

    /** The same for another main class, with so much heap at most. */
    public static RecoveryProcess start(
            final Class<?> main, final String heap, final String role, final Object... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle."))
                .forEach(command::add);
        command.addAll(List.of("-Xmx" + heap, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), role));
        for (final Object argument : arguments) {
            command.add(argument.toString());
        }
        try {
            final RecoveryProcess child = new RecoveryProcess(
                    role,
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
            child.listen();
            return child;
        } catch (final IOException e) {
            throw new ToolException("cannot start a process to " + role + ": " + e.getMessage());
        }
    }

    private void listen() throws IOException {
        final BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(RecoveryChild.ANSWER)) {
                for (final String pair :
                        line.substring(RecoveryChild.ANSWER.length()).split(" ", -1)) {
                    final int equals = pair.indexOf('=');
                    answer.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
                return;
            }
        }
        throw new ToolException("the process to " + role + " ended early");
    }

    /** What it said of a key; empty if nothing. */
    public String said(final String key) {
        return answer.getOrDefault(key, "");
    }

    /** {@code kill -9}; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                throw new ToolException("the process to " + role + " does not die");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
