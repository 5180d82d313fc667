package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes beside a run that is killed: a standby, which goes on with it, and a mirror, which remembers it. */
@Timeout(300)
class StandInTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path temporary;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void killAll() throws InterruptedException {
        for (final Process process : processes) {
            process.destroy();
        }
        for (final Process process : processes) {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void aStandbyGoesOnWithTheRunAndAMirrorRemembersIt() throws IOException, InterruptedException {
        final Path directory = temporary.resolve("d");
        final Process run =
                start("run", "run", "--dir", directory, "--rate", "5000", "--seconds", "600", "--shards", "2");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Invocation.of("audit", directory, "--json").out(), text -> !text.isEmpty());
        final Process standby = start("standby", "standby", directory, "--rate", "5000", "--seconds", "600");
        start("mirror", "mirror", directory, "--every", "0.5", "--linger", "60");
        awaitText("standby", "standing by beside process " + run.pid());
        awaitText("mirror", "written: ");

        kill(run);
        awaitText("standby", "took over from process " + run.pid());
        assertThat(text("standby")).contains("with the state that had followed");
        final Invocation held = Invocation.of("run", "--dir", directory, "--events", "9");
        assertThat(held.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(held.err()).contains("process " + standby.pid());

        final int heard = text("mirror").length();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> text("mirror").substring(heard).contains("written: "));
        kill(standby);
        awaitText("mirror", "no engine holds the directory");
        final Invocation more = Invocation.of("run", "--dir", directory, "--events", "2000");
        assertThat(more.code()).as(more.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(more.out()).contains("state from mirror");
        final Invocation replay = Invocation.of("replay", directory, "--verify");
        assertThat(replay.code()).as(replay.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(replay.after("state hash")).isEqualTo(more.after("state hash"));
    }

    @Test
    void recordingsAreComparedToTheFirstDifference() {
        final Path one = temporary.resolve("one");
        final Path same = temporary.resolve("same");
        final Path other = temporary.resolve("other");
        run(one, "--seed", "5", "--events", "3000");
        run(same, "--seed", "5", "--events", "2500", "--batch", "7");
        run(other, "--seed", "6", "--events", "3000");

        final Invocation equal = Invocation.of("replay", one, "--bisect", same);
        assertThat(equal.code()).as(equal.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(equal.after("equal")).startsWith("2,500 inputs");
        final Invocation differs = Invocation.of("replay", one, "--bisect", other);
        assertThat(differs.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(differs.after("DIFFERS at sequence")).startsWith("1: the recordings are not of the same inputs");
        assertThat(Invocation.of("replay", one, "--bisect", other, "--verify").code())
                .isEqualTo(Tagma.EXIT_USAGE);
        assertThat(Invocation.of("replay", one, "--bisect", temporary.resolve("none"))
                        .code())
                .isEqualTo(Tagma.EXIT_FAILURE);
    }

    @Test
    void whereThereIsNothingToStandBesideThatIsSaid() {
        assertThat(Invocation.of("standby", temporary.resolve("none")).err()).contains("no engine's directory");
        assertThat(Invocation.of("mirror", temporary.resolve("none")).err()).contains("no engine's directory");
        assertThat(Invocation.of("run", "--standby").err()).contains("--standby needs --dir");
        assertThat(Invocation.of("mirror", temporary, "--every", "0").err())
                .contains("--every must be seconds above 0");
    }

    private static void run(final Path directory, final String... options) {
        final List<Object> arguments = new ArrayList<>(List.of("run", "--dir", directory));
        arguments.addAll(List.of(options));
        final Invocation run = Invocation.of(arguments.toArray());
        assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
    }

    private static void kill(final Process process) throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private void awaitText(final String name, final String wanted) {
        Awaitility.await()
                .atMost(PATIENCE)
                .failFast(() -> assertThat(processes).anyMatch(Process::isAlive))
                .until(() -> text(name), text -> text.contains(wanted));
    }

    private String text(final String name) throws IOException {
        return Files.readString(temporary.resolve(name));
    }

    private Process start(final String name, final Object... arguments) throws IOException {
        final Process process = ChildTagma.of(arguments)
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve(name).toFile())
                .start();
        processes.add(process);
        return process;
    }
}
