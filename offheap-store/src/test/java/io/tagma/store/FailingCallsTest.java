package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The n-th system call fails: each ends in an error that names the file, or in a code, and in a directory that recovers. */
@Timeout(600)
class FailingCallsTest {
    @TempDir
    Path temp;

    @Test
    void aCallThatFailsIsToldAndTheDirectoryRecovers() throws IOException, InterruptedException {
        run(16);
    }

    @Test
    @Tag("slow")
    void eachCallThatFailsIsToldAndTheDirectoryRecovers() throws IOException, InterruptedException {
        run(Integer.MAX_VALUE);
    }

    private void run(final int rounds) throws IOException, InterruptedException {
        final Path library = build();
        final Path parent = Files.createDirectory(temp.resolve("d")).toRealPath();
        try (ChildJvm child = ChildJvm.start(
                List.of("/usr/bin/env", "LD_PRELOAD=" + library),
                System.getProperty("java.class.path"),
                FailingCalls.class.getName(),
                library,
                parent,
                rounds)) {
            final long calls = Long.parseLong(child.lineAfter("calls "));
            assertThat(calls).isGreaterThan(50);
            final List<String> said = child.rest().lines().toList();
            assertThat(said).filteredOn(line -> line.startsWith("bad ")).isEmpty();
            assertThat(said).filteredOn(line -> line.startsWith("call ")).hasSizeGreaterThanOrEqualTo((int)
                    Math.min(calls, rounds));
            assertThat(said.getLast()).startsWith("rounds ");
        }
    }

    private Path build() throws IOException, InterruptedException {
        final Path source = temp.resolve("failing_calls.c");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("failing_calls.c"))) {
            Files.copy(in, source);
        }
        final Path library = temp.resolve("failing_calls.so");
        try {
            final Process gcc = new ProcessBuilder(
                            "gcc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl")
                    .inheritIO()
                    .start();
            assertThat(gcc.waitFor(60, TimeUnit.SECONDS) && gcc.exitValue() == 0)
                    .isTrue();
        } catch (IOException e) {
            assumeTrue(false, "there is no gcc to build the failing calls with");
        }
        return library;
    }
}
