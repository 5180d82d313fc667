package io.tagma.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A child process with the project's JVM flags, to be killed or to be someone else. Owned by the test's thread. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private ChildJvm(final Process process) {
        this.process = process;
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static ChildJvm start(final Class<?> main, final Object... arguments) {
        return start(List.of(), System.getProperty("java.class.path"), main.getName(), arguments);
    }

    static ChildJvm start(
            final List<String> prefix, final String classPath, final String main, final Object... arguments) {
        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of(Objects.requireNonNull(System.getProperty("tagma.root")), "config", "jvm.args"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", classPath, main));
        for (final Object argument : arguments) {
            command.add(argument.toString());
        }
        try {
            return new ChildJvm(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Writes a line to what the child reads. */
    void say(final String line) {
        try {
            final Writer in = process.outputWriter(StandardCharsets.UTF_8);
            in.write(line + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that the child prints; fails when it ends without one. */
    String line() {
        try {
            final String line = out.readLine();
            if (line == null) {
                throw new AssertionError("the child ended with " + process.waitFor());
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Reads lines until one begins with {@code prefix}, and returns what follows it. */
    String lineAfter(final String prefix) {
        while (true) {
            final String line = line();
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length());
            }
        }
    }

    /** Everything the child still prints until it ends by itself. */
    String rest() {
        try {
            final StringBuilder text = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                text.append(line).append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, and waits for the end. Returns the last whole line that begins with {@code prefix}, without it, or "". */
    String kill(final String prefix) {
        // Through the handle: the process itself would close the pipe, and what it still holds is wanted.
        process.toHandle().destroyForcibly();
        String last = "";
        for (final String line : rest().lines().toList()) {
            if (line.startsWith(prefix)) {
                last = line.substring(prefix.length());
            }
        }
        close();
        return last;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("the child does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
