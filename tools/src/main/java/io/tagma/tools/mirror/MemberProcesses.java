package io.tagma.tools.mirror;

import io.tagma.tools.Tagma;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a mirror: processes of their own, started again when they end. Owned by the thread of the command. */
final class MemberProcesses {
    private static final List<String> SMALL = List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Path directory;
    private final @Nullable Process[] members;

    MemberProcesses(final Path directory, final int count) {
        this.directory = directory;
        this.members = new Process[count];
    }

    /** Starts those that are not there; returns how many. */
    int startMissing() {
        int started = 0;
        for (int member = 0; member < members.length; member++) {
            final Process process = members[member];
            if (process == null || !process.isAlive()) {
                members[member] = start(member);
                started++;
            }
        }
        return started;
    }

    private Process start(final int member) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (final String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!argument.startsWith("-Xm") && !argument.startsWith("-XX:") && !argument.startsWith("-agentlib")) {
                command.add(argument);
            }
        }
        command.addAll(SMALL);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Tagma.class.getName()));
        command.addAll(List.of("mirror", directory.toString(), "--member", Integer.toString(member)));
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (final IOException e) {
            throw new ToolException("member " + member + " of the mirror cannot be started: " + e.getMessage());
        }
    }

    /** Process ids by member. */
    List<Long> pids() {
        final List<Long> pids = new ArrayList<>();
        for (final Process process : members) {
            pids.add(process == null ? 0 : process.pid());
        }
        return pids;
    }
}
