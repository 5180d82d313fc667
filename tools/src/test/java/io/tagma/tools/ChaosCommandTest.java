package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma chaos} and {@code tagma dead-letters}: nothing is lost, and the journal says the same again. */
class ChaosCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    @Test
    void loosesNothingAndReplays() throws Exception {
        final Path base = temporary.resolve("runs");
        final Path summary = temporary.resolve("summary.json");
        final Invocation chaos = Invocation.of(
                "chaos",
                "card-fraud",
                "--events",
                8_000,
                "--rate",
                8_000,
                "--seed",
                5,
                "--process-kills",
                0,
                "--dir",
                base,
                "--summary",
                summary);
        assertThat(chaos.code()).as(chaos.err()).isZero();
        assertThat(chaos.out())
                .contains(
                        "kill",
                        "poison",
                        "hang",
                        "shard-hang",
                        "allocate",
                        "done by second-look-",
                        "equal: every decision");

        final JsonNode json = JSON.readTree(Files.readString(summary));
        assertThat(json.get("lost").asLong()).isZero();
        assertThat(json.get("replay_equal").asBoolean()).isTrue();
        assertThat(json.get("decisions").asLong()).isEqualTo(8_000);
        assertThat(json.get("p99_us").asDouble()).isPositive();
        assertThat(json.get("calm_p99_us").asDouble()).isPositive();
        assertThat(json.get("restarts").asLong()).isEqualTo(1 + 6); // a kill, and poison for each of six
        assertThat(json.get("stalls").asLong()).isPositive();
        final Set<String> kinds = new HashSet<>();
        for (final JsonNode fault : json.get("faults")) {
            kinds.add(fault.get("kind").asText());
            assertThat(fault.get("lost").asLong()).isZero();
            assertThat(fault.get("recovered_us").asDouble()).isPositive();
            assertThat(fault.get("at_s").asDouble()).isPositive();
            if (fault.get("kind").asText().equals("hang")) {
                final String agent = fault.get("agent").asText();
                assertThat(fault.get("detected_us").asDouble()).isPositive();
                assertThat(fault.get("done_by").asText())
                        .startsWith("second-look-")
                        .isNotEqualTo(agent);
            }
        }
        assertThat(kinds).containsExactlyInAnyOrder("kill", "poison", "hang", "shard-hang", "allocate");
        assertThat(json.get("isolated_hangs").asLong()).isPositive();
        assertThat(json.get("second_looks").asLong())
                .isPositive()
                .isEqualTo(json.get("second_looks_done").asLong()
                        + json.get("second_looks_open").asLong());
        for (final String kind : kinds) {
            final JsonNode its = json.get("kinds").get(kind);
            assertThat(its.get("faults").asLong()).as(kind).isPositive();
            assertThat(its.get("p99_us").asDouble()).as(kind).isPositive();
            assertThat(its.get("calm_p99_us").asDouble()).as(kind).isPositive();
        }

        final Path directory = base.resolve("chaos");
        final Invocation replay = Invocation.of("replay", directory, "--verify");
        assertThat(replay.code()).isZero();
        assertThat(replay.after("state hash")).isEqualTo(json.get("state_hash").asText());
        deadLetters(directory);
    }

    /** The poisoned event waits; submitted again it fails again, since its agents were not mended. */
    private static void deadLetters(final Path directory) throws Exception {
        final JsonNode before =
                JSON.readTree(Invocation.of("dead-letters", directory, "--json").out());
        assertThat(before.get("count").asInt()).isOne();
        assertThat(before.get("waiting").asInt()).isOne();
        final JsonNode letter = before.get("letters").get(0);
        assertThat(letter.get("agents")).hasSizeGreaterThanOrEqualTo(4);
        assertThat(letter.get("reason").asText()).contains("is poison");
        assertThat(letter.get("status").asText()).isEqualTo("failed");
        assertThat(letter.get("subject").asText()).startsWith("card:");

        final JsonNode after = JSON.readTree(
                Invocation.of("dead-letters", directory, "--json", "--replay").out());
        assertThat(after.get("replayed").asInt()).isOne();
        assertThat(after.get("count").asInt()).isEqualTo(2);
        assertThat(after.get("waiting").asInt()).isOne();
        assertThat(after.get("letters").get(1).get("correlation_id")).isEqualTo(letter.get("correlation_id"));
        final Invocation page = Invocation.of("dead-letters", directory);
        assertThat(page.out()).contains("resubmitted", "2 dead letters, 1 wait");
        assertThat(Invocation.of("replay", directory, "--verify").code()).isZero();
    }

    @Test
    void saysWhatCannotBeMeant() {
        assertThat(Invocation.of("chaos", "intent-desk").err()).contains("intent-desk", "card-fraud");
        assertThat(Invocation.of("chaos", "--events", 3).err()).contains("too few");
        assertThat(Invocation.of("chaos", "--events", 3000, "--seconds", 3).err())
                .contains("not both");
        assertThat(Invocation.of("chaos", "--rate", 0).code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(Invocation.of("chaos", "--hang-ms", 0).err()).contains("--hang-ms");
        assertThat(Invocation.of("dead-letters", temporary.resolve("none")).err())
                .contains("no engine's directory");
    }
}
