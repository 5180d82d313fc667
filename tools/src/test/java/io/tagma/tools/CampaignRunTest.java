package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma run campaign-auction}: no budget is overspent, welfare is the best there is, and the run can be killed and replayed. */
class CampaignRunTest {
    private static final long EVENTS = 5_000;

    @TempDir
    Path temporary;

    @Test
    void noBudgetIsOverspentAndEachImpressionIsWorthTheMostItCanBe() throws IOException {
        final JsonNode summary = run("one", "--events", "16000");
        final JsonNode quality = summary.get("quality");
        assertThat(summary.get("scenario").asText()).isEqualTo("campaign-auction");
        assertThat(quality.get("overspend").asDouble()).isZero();
        assertThat(quality.get("welfare").asDouble()).isPositive();
        assertThat(quality.get("welfare_ratio").asDouble()).isEqualTo(1.0);
        assertThat(quality.get("welfare_optimum").asDouble())
                .isEqualTo(quality.get("welfare").asDouble());
        assertThat(quality.get("baseline_overspend").asDouble()).isPositive();
        assertThat(quality.get("baseline_welfare_ratio").asDouble()).isBetween(0.0, 0.9);
        assertThat(quality.get("fill_rate").asDouble()).isBetween(0.5, 1.0);
        assertThat(quality.get("revenue").asDouble()).isPositive();
        assertThat(quality.get("concentration").asDouble()).isBetween(50.0, 1_000.0);
        assertThat(quality.get("ledger_sum_micros").asLong()).isZero();
        assertThat(quality.get("votes").asLong()).isPositive();
        assertThat(summary.get("faults").asLong()).isZero();
        final Invocation replay = Invocation.of("replay", temporary.resolve("one"), "--verify");
        assertThat(replay.code()).as(replay.err()).isZero();
        assertThat(replay.after("state hash"))
                .isEqualTo(summary.get("state_hash").asText());
    }

    @Test
    void batchesThreadsKernelsAndStopsDoNotShow() throws IOException {
        final String hash = run("b256", "--events", EVENTS).get("state_hash").asText();
        assertThat(run("b1", "--events", EVENTS, "--batch", 1, "--threading", "shared", "--kernel", "scalar")
                        .get("state_hash")
                        .asText())
                .isEqualTo(hash);
        assertThat(run("b1024", "--events", EVENTS, "--batch", 1024, "--threading", "caller")
                        .get("state_hash")
                        .asText())
                .isEqualTo(hash);
        run("parts", "--events", 2_500);
        final JsonNode whole = run("parts", "--events", EVENTS - 2_500);
        assertThat(whole.get("state_hash").asText()).isEqualTo(hash);
        assertThat(whole.get("quality").get("impressions").asLong())
                .as("judged from the journal's beginning")
                .isGreaterThan(EVENTS - 100);
    }

    @Test
    void shardsKeepTheirSharesAndVoteTogether() throws IOException {
        final JsonNode quality = run("shards", "--events", 9_000, "--shards", 2).get("quality");
        assertThat(quality.get("overspend").asDouble()).isZero();
        assertThat(quality.get("welfare_ratio").asDouble()).isEqualTo(1.0);
        assertThat(quality.get("ledger_sum_micros").asLong()).isZero();
        final Invocation replay = Invocation.of("replay", temporary.resolve("shards"), "--verify");
        assertThat(replay.code()).as(replay.err()).isZero();
    }

    @Test
    void anExplanationNamesEachSlotsWinnerBidPriceAndContract() throws IOException {
        run("explained", "--events", 3_000);
        final String record = Invocation.of("audit", temporary.resolve("explained"), "--json")
                .out()
                .lines()
                .filter(line -> line.contains("\"awards\""))
                .reduce((first, second) -> second)
                .orElseThrow();
        final JsonNode audited = new ObjectMapper().readTree(record);
        final Invocation explained = Invocation.of(
                "replay",
                temporary.resolve("explained"),
                "--explain",
                audited.get("sequence").asLong());
        assertThat(explained.code()).as(explained.err()).isZero();
        final String[] awards = audited.get("awards").asText().split(" ", -1);
        for (int s = 0; s < awards.length; s++) {
            final String winner = awards[s].substring(0, awards[s].indexOf(':'));
            final String price = awards[s].substring(awards[s].indexOf(':') + 1);
            assertThat(explained.out().lines())
                    .as("slot %d", s)
                    .anyMatch(line -> line.contains(" " + winner + " ")
                            && line.contains(" " + price + " ")
                            && line.contains(" ACCEPTED "));
            assertThat(explained.out()).contains("won slot " + s);
        }
    }

    @Test
    void aKilledRunGoesOnWithEveryCreditAccountedFor() throws IOException, InterruptedException {
        final Path directory = temporary.resolve("killed");
        final Process child = ChildTagma.start(
                temporary, "run", "campaign-auction", "--dir", directory, "--rate", 5000, "--seconds", 600);
        try {
            Awaitility.await().atMost(120, TimeUnit.SECONDS).until(() -> auditBytes(directory) > 100_000);
        } finally {
            child.destroyForcibly();
            child.waitFor(20, TimeUnit.SECONDS);
        }
        final JsonNode quality = run("killed", "--events", 2_000).get("quality");
        assertThat(quality.get("ledger_sum_micros").asLong()).isZero();
        assertThat(quality.get("overspend").asDouble()).isZero();
        assertThat(quality.get("welfare_ratio").asDouble()).isEqualTo(1.0);
        final Invocation replay = Invocation.of("replay", directory, "--verify");
        assertThat(replay.code()).as(replay.err()).isZero();
    }

    @Test
    void anInputFileIsRefused() throws IOException {
        final Path file = Files.writeString(temporary.resolve("x.csv"), "a,b\n");
        final Invocation refused = Invocation.of("run", "campaign-auction", "--input", file);
        assertThat(refused.code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(refused.err()).contains("--input");
    }

    /** A queue's file is as long as its block from the start; what the audit prints is what is there. */
    private static long auditBytes(final Path directory) {
        final Invocation audit = Invocation.of("audit", directory, "--json");
        return audit.code() == Tagma.EXIT_OK ? audit.out().length() : 0;
    }

    private JsonNode run(final String name, final Object... arguments) throws IOException {
        final Path summary = temporary.resolve(name + ".json");
        final Object[] common = {
            "run", "campaign-auction", "--rate", "max", "--dir", temporary.resolve(name), "--summary", summary
        };
        final Invocation run = Invocation.of(
                Stream.concat(Stream.of(common), Stream.of(arguments)).toArray());
        assertThat(run.code()).as(run.err()).isZero();
        return new ObjectMapper().readTree(summary.toFile());
    }
}
