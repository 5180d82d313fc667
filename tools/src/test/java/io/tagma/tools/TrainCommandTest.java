package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma train} on an engine at rest: orders are journaled, refused whole, undone, and the journal replays. */
class TrainCommandTest {
    @TempDir
    private Path directory;

    @Test
    void ordersAreCarriedOutRefusedUndoneAndReplayed() throws IOException {
        final Path dir = directory.resolve("run");
        assertThat(Invocation.of("run", "card-fraud", "--events", "2000", "--dir", dir)
                        .code())
                .isZero();
        final Invocation tuned =
                Invocation.of("train", dir, "tune", "velocity", "rate", "0.5", "--who", "ada", "--why", "too nervous");
        assertThat(tuned.code()).as(tuned.err()).isZero();
        assertThat(tuned.out()).contains("ada: tune velocity rate 0.5 (too nervous)");
        final Path batch = Files.writeString(directory.resolve("batch"), "# two\npromote amount\nfreeze nobody\n");
        final Invocation refused = Invocation.of("train", dir, "--batch", batch);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("refused, nothing was changed: no model 'nobody'; there are: velocity, amount");
        assertThat(Invocation.of("train", dir, "status").out()).contains("rate x 0.5", "1 to undo");
        assertThat(Invocation.of("train", dir, "undo").code()).isZero();
        assertThat(Invocation.of("train", dir, "status").out())
                .contains("0 to undo, 1 to redo")
                .doesNotContain("rate x 0.5");
        assertThat(Invocation.of("train", dir, "history").out().lines()).hasSize(3);
        assertThat(Invocation.of("replay", dir, "--verify").code()).isZero();
    }

    @Test
    void whatMakesNoSenseIsUsage() throws IOException {
        final Path dir = directory.resolve("run");
        assertThat(Invocation.of("run", "card-fraud", "--events", "200", "--dir", dir)
                        .code())
                .isZero();
        final Invocation unknown = Invocation.of("train", dir, "hop");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("no training command 'hop'; there are: start | pause");
        assertThat(Invocation.of("train", dir, "tune", "velocity", "rate", "-1").err())
                .contains("a rate's factor is from");
        assertThat(Invocation.of("train", dir).err()).contains("give a command, e.g. 'status'");
    }
}
