package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma crash-test}, a few rounds of it in every build. */
class CrashTestTest {
    @TempDir
    private Path temporary;

    @Test
    void threeRoundsLoseNothing() throws IOException {
        crash(3, 3);
    }

    @Test
    @Tag("slow")
    void twoHundredRoundsLoseNothing() throws IOException {
        crash(200, 1);
    }

    @Test
    void aHundredFlipsAreFoundAndNoneIsServed() throws IOException {
        final Path summary = temporary.resolve("f.json");
        final Invocation test =
                Invocation.of("crash-test", "--flip", "100", "--dir", temporary.resolve("f"), "--summary", summary);
        assertThat(test.code()).as(test.out() + test.err()).isEqualTo(Tagma.EXIT_OK);
        final JsonNode json = new ObjectMapper().readTree(Files.readString(summary));
        assertThat(json.get("found").asInt()).isEqualTo(100);
        assertThat(json.get("served_damaged").asInt()).isZero();
        assertThat(json.get("read_whole").asInt()).isGreaterThan(1000);
        assertThat(json.get("restored_from_copy").asInt()
                        + json.get("restored_from_parity").asInt())
                .isGreaterThanOrEqualTo(100);
    }

    @Test
    void roundsAreChecked() {
        final Invocation none = Invocation.of("crash-test", "--rounds", "0");
        assertThat(none.code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(none.err()).contains("--rounds must be 1 to ").contains(": 0");
    }

    private void crash(final int rounds, final long seed) throws IOException {
        final Path summary = temporary.resolve("s.json");
        final Invocation test = Invocation.of(
                "crash-test",
                "--rounds",
                rounds,
                "--seed",
                seed,
                "--dir",
                temporary.resolve("d"),
                "--summary",
                summary);
        assertThat(test.code()).as(test.out() + test.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(test.out()).hasLineCount(rounds + 2).contains(", 0 lost, 0 audit records wrong, 0 hashes differ");
        final JsonNode json = new ObjectMapper().readTree(Files.readString(summary));
        assertThat(json.get("acknowledged").asLong()).isPositive();
        assertThat(json.get("kills").asLong()).isGreaterThanOrEqualTo(rounds);
        assertThat(json.get("results")).hasSize(rounds);
        try (var left = Files.list(temporary.resolve("d"))) {
            assertThat(left).isEmpty();
        }
    }
}
