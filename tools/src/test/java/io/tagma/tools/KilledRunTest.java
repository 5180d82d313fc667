package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in another process that does not end by itself. */
class KilledRunTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temporary;

    @Test
    void nothingThatWasSeenIsLostAndTheRunGoesOn() throws IOException, InterruptedException {
        final Path directory = temporary.resolve("d");
        final Process run = ChildTagma.start(temporary, "run", "--dir", directory, "--rate", 20_000, "--seconds", 600);
        final long seen;
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> audited(directory) > 5_000);
            final Invocation held = Invocation.of("run", "--dir", directory, "--events", "9");
            assertThat(held.err())
                    .startsWith("tagma: ")
                    .contains(Long.toString(run.pid()))
                    .hasLineCount(1);
            final Invocation back = Invocation.of("rollback", directory, "card:1", "--to", 1);
            assertThat(back.err()).contains("is held by process " + run.pid()).hasLineCount(1);
            final Invocation beside = Invocation.of("replay", directory, "--verify");
            assertThat(beside.code()).as(beside.err()).isEqualTo(Tagma.EXIT_OK);
            assertThat(Invocation.of("profile", directory, "card:1").code()).isBetween(0, 1);
            seen = audited(directory);
        } finally {
            run.destroyForcibly();
            run.waitFor(20, TimeUnit.SECONDS);
        }
        assertThat(audited(directory)).isGreaterThanOrEqualTo(seen);
        final Invocation left = Invocation.of("replay", directory, "--verify");
        assertThat(left.code()).as(left.err()).isEqualTo(Tagma.EXIT_OK);
        final Invocation more = Invocation.of("run", "--dir", directory, "--events", "5000");
        assertThat(more.code()).as(more.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(more.after("decisions")).startsWith("5,000 ");
        assertThat(Invocation.of("replay", directory, "--verify").after("state hash"))
                .isEqualTo(more.after("state hash"));
        final List<String> records =
                Invocation.of("audit", directory, "--json").out().lines().toList();
        assertThat(records.getLast()).contains("\"correlationId\":" + records.size() + ",");
    }

    @Test
    void aSignalEndsItInOrderWithASummary() throws IOException, InterruptedException {
        final Path directory = temporary.resolve("d");
        final Path summary = temporary.resolve("s.json");
        final Process run = ChildTagma.start(
                temporary, "run", "--dir", directory, "--rate", 20_000, "--seconds", 600, "--summary", summary);
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> audited(directory) > 100);
            run.destroy();
            assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            run.destroyForcibly();
        }
        assertThat(Files.readString(temporary.resolve("out")))
                .contains("state hash", "tagma replay")
                .containsPattern("stopped +by a signal, after [0-9,]+ events");
        assertThat(Files.readString(temporary.resolve("err")))
                .doesNotContain("tagma:")
                .doesNotContain("Exception");
        assertThat(summary).isNotEmptyFile();
        final String hash = Invocation.of("replay", directory, "--verify").after("state hash");
        assertThat(Files.readString(summary)).contains(hash, "\"stopped\" : true");
    }

    private static long audited(final Path directory) {
        final Invocation audit = Invocation.of("audit", directory, "--json");
        return audit.out().lines().count();
    }
}
