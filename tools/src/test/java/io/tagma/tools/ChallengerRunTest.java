package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A challenger and a trainer beside the team of card-fraud: verdict by an order in the journal, taken back, replayed. */
@Timeout(120)
class ChallengerRunTest {
    private static final int PAYMENTS = 26_000;

    @TempDir
    private Path directory;

    @Test
    void aWorseChallengerIsRefusedByAnOrderThatReplaysAndCanBeTakenBack() throws IOException {
        final Path input = Payments.write(directory.resolve("payments.csv"), PAYMENTS);
        final Path dir = directory.resolve("run");
        final Path summary = directory.resolve("summary.json");
        final Invocation run = Invocation.of(
                "run",
                "card-fraud",
                "--input",
                input,
                "--dir",
                dir,
                "--challenger",
                "rate=0.001",
                "--trial-from",
                "1000",
                "--alpha",
                "0.2",
                "--trainer",
                "--summary",
                summary);
        assertThat(run.code()).as(run.err()).isZero();
        final JsonNode learning = new ObjectMapper().readTree(summary.toFile()).path("learning");
        final JsonNode ab = learning.path("ab");
        assertThat(ab.path("verdict").asText()).as(ab.toString()).isEqualTo("keep");
        assertThat(ab.path("order_sequence").asLong()).isPositive();
        assertThat(ab.path("champion_right").asDouble())
                .isGreaterThan(ab.path("challenger_right").asDouble());
        assertThat(learning.path("curves").fieldNames())
                .toIterable()
                .containsExactly("team", "challenger", "trained", "single");
        assertThat(learning.path("curves").path("team").path("points")).isNotEmpty();
        assertThat(learning.path("trainer").path("batches").asLong()).isPositive();
        assertThat(learning.path("trainer").path("published").asLong()).isPositive();
        assertThat(Invocation.of("replay", dir, "--verify").code()).isZero();
        assertThat(Invocation.of("train", dir, "history").out()).contains("inject serving 0 3.0; freeze challenger");
        final Invocation other =
                Invocation.of("run", "card-fraud", "--input", input, "--dir", dir, "--challenger", "rate=0.5");
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("the directory was made with challenger rate=0.001");
    }

    /** A tree's state grows, and that of a model that may come to keep a second one: it is kept beside its agent's memory, is in snapshot and hash, goes on in a second run and replays. */
    @ParameterizedTest
    @ValueSource(strings = {"hoeffding-adaptive-tree", "drift-aware:softmax-adagrad:challenger"})
    void whatGrowsChallengesGoesOnAfterARestartAndReplays(final String type) {
        final Path input = Payments.write(directory.resolve("payments.csv"), 12_000);
        final Path dir = directory.resolve("run");
        final Object[] run = {
            "run", "card-fraud", "--input", input, "--dir", dir, "--challenger", type, "--events", 6_000
        };
        final Invocation first = Invocation.of(run);
        assertThat(first.code()).as(first.err()).isZero();
        final Invocation second = Invocation.of(run);
        assertThat(second.code()).as(second.err()).isZero();
        final Invocation replay = Invocation.of("replay", dir, "--verify");
        assertThat(replay.code()).as(replay.err()).isZero();
        assertThat(replay.after("state hash")).isEqualTo(second.after("state hash"));
        assertThat(Invocation.of("train", dir, "status").out()).containsPattern("challenger .*memory out of reach");
        assertThat(Invocation.of("train", dir, "promote", "challenger").code()).isEqualTo(1);
    }

    @Test
    void whatCannotChallengeIsUsage() {
        final Invocation unknown = Invocation.of("run", "card-fraud", "--challenger", "oracle");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("no model type 'oracle'", "rate=FACTOR");
        assertThat(Invocation.of("run", "card-fraud", "--challenger", "rate=x").err())
                .contains("'x' is no number");
        assertThat(Invocation.of("run", "card-fraud", "--alpha", "0.1").err()).contains("go with --challenger");
    }
}
