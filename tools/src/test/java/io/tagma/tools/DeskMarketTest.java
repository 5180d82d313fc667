package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma run intent-desk --market RULE}: tasks are bought in credits, and the journal knows by which rule. */
class DeskMarketTest {
    @TempDir
    Path temporary;

    @Test
    void tasksAreTradedAndReplayed() throws IOException {
        final Path directory = temporary.resolve("desk");
        final Invocation run = Invocation.of(
                "run",
                "intent-desk",
                "--input",
                utterances(),
                "--market",
                "vickrey",
                "--rate",
                "max",
                "--dir",
                directory);
        assertThat(run.code()).as(run.err()).isZero();
        final Invocation replay = Invocation.of("replay", directory, "--verify");
        assertThat(replay.code()).as(replay.err()).isZero();
        assertThat(replay.after("state hash")).isEqualTo(run.after("state hash"));
        final Invocation explained = Invocation.of("replay", directory, "--explain", 1);
        assertThat(explained.out()).contains("rule=VICKREY").contains("ACCEPTED");
    }

    @Test
    void aRuleThatIsNoneIsNamed() throws IOException {
        final Invocation refused = Invocation.of("run", "intent-desk", "--input", utterances(), "--market", "barter");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("vickrey").contains("barter");
    }

    private Path utterances() throws IOException {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append("greet\thello there ")
                    .append(i)
                    .append("\nleave\tgood bye now ")
                    .append(i)
                    .append('\n');
        }
        return Files.writeString(temporary.resolve("u.tsv"), lines.toString());
    }
}
