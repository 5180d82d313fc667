package io.tagma.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the races: for some seconds in every build, in all compilation modes with the slow suites. */
class StressTest {
    private static final long SHORT_MINUTES = 3;
    private static final long LONG_MINUTES = 30;

    @TempDir
    Path directory;

    @Test
    void nothingForbiddenIsSeenInSeconds() throws IOException, InterruptedException {
        run(
                SHORT_MINUTES,
                "-jvmArgs",
                String.join(" ", flags()),
                "-sc",
                "false",
                "-af",
                "NONE",
                "-f",
                "1",
                "-fsm",
                "1",
                "-iters",
                "2",
                "-time",
                "1500");
    }

    @Test
    @Tag("slow")
    void nothingForbiddenIsSeenInAnyMode() throws IOException, InterruptedException {
        run(LONG_MINUTES, "-m", "default");
    }

    private void run(final long minutes, final String... options) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jcstress.Main"));
        command.addAll(List.of("-t", "io.tagma.perf.stress", "-r", directory.toString()));
        command.addAll(List.of(options));
        final Path log = directory.resolve("log");
        final Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(minutes, TimeUnit.MINUTES))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        final String said = Files.readString(log);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("All remaining tests: 4 matching");
    }

    private static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle."))
                .toList();
    }
}
