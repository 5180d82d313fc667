package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    private static final String STATE_HASH = "state hash";

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--batch 1",
                "--batch 64 --kernel scalar",
                "--batch 1024 --threading shared",
                "--threading caller --kernel vector",
                "--threading caller --rate 1000000"
            })
    void stateIsTheSameWhateverTheBatchTheThreadsAndTheKernel(final String options) {
        assertThat(hashOf(options, 20_000)).isEqualTo(Reference.HASH);
    }

    @Test
    void theStoresOptionsReachTheEngine() throws IOException {
        final Path directory = temporary.resolve("tiers");
        final Path copy = Files.createDirectory(temporary.resolve("copy"));
        final Invocation run = Invocation.of(
                "run",
                "--dir",
                directory,
                "--events",
                "4000",
                "--warm-rows",
                "200",
                "--copy-to",
                copy,
                "--keep",
                "7d,3files,1GB",
                "--snapshot-interval",
                "1000");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(directory.resolve("archive/shard-0")).isNotEmptyDirectory();
        assertThat(copy.resolve("journal/shard-0")).isNotEmptyDirectory();
        final Invocation whole = Invocation.of("run", "--dir", temporary.resolve("whole"), "--events", "4000");
        assertThat(run.after("state hash")).isEqualTo(whole.after("state hash")).hasSize(16);
    }

    @Test
    void theStoresOptionsAreChecked() {
        assertRefused("--warm-rows must be 0", "--warm-rows", "3");
        assertRefused("--hot-rows must be 0 to 16777216", "--hot-rows", "-1");
        assertRefused("--copy-to nowhere is no directory", "--copy-to", "nowhere");
        assertRefused("--keep is an age", "--keep", "7");
        assertRefused("--keep is an age", "--keep", "7d,0files");
        assertRefused("--keep is an age", "--keep", "9999999999files");
        assertRefused("--snapshot-interval must be 0 or more", "--snapshot-interval", "-1");
    }

    private static void assertRefused(final String reason, final String... options) {
        final Invocation run = Invocation.of("run", options[0], options[1]);
        assertThat(run.code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(run.err()).contains(reason);
    }

    @Test
    void anotherSeedGivesAnotherState() {
        assertThat(hashOf("--seed 12", 20_000)).isNotEqualTo(Reference.HASH);
    }

    /** Made once: a run with nothing but defaults. */
    private static final class Reference {
        static final String HASH = inScratch();

        private static String inScratch() {
            final Invocation run = Invocation.of("run", "--events", "20000");
            final String directory = run.after("journal in");
            assertThat(Invocation.of("replay", directory, "--verify").after(STATE_HASH))
                    .isEqualTo(run.after(STATE_HASH));
            Trees.delete(Path.of(directory));
            return run.after(STATE_HASH);
        }
    }

    private String hashOf(final String options, final int events) {
        final List<Object> arguments = new ArrayList<>(List.of("run", "--events", events, "--dir", temporary));
        Collections.addAll(arguments, (Object[]) options.split(" "));
        final Invocation run = Invocation.of(arguments.toArray());
        assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(run.err()).isEmpty();
        return run.after(STATE_HASH);
    }

    @Test
    void summaryHoldsWhatProgramsReadAndReplayGivesTheSameState() throws IOException {
        final Path summary = temporary.resolve("s.json");
        final Path directory = temporary.resolve("d");
        final Path input = Payments.write(temporary.resolve("payments.csv.gz"), 20_000);
        final Invocation run = Invocation.of(
                "run", "card-fraud", "--input", input, "--dir", directory, "--summary", summary, "--shards", "3");
        assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.get("scenario").asText()).isEqualTo("card-fraud");
        assertThat(json.get("events").asLong()).isEqualTo(20_000);
        assertThat(json.get("stopped").asBoolean()).isFalse();
        assertThat(run.out()).doesNotContain("by a signal");
        assertThat(json.get("decisions").asLong()).isEqualTo(20_000);
        assertThat(json.get("outcomes").asLong()).isEqualTo(20_000);
        assertThat(json.get("rejected").asLong()).isZero();
        assertThat(json.get("unmatched").asLong()).isZero();
        assertThat(json.get("seconds").asDouble()).isPositive();
        assertThat(json.get("events_per_s").asLong()).isPositive();
        for (final String field : new String[] {"p50", "p90", "p99", "p999", "max"}) {
            assertThat(json.get("latency_us").get(field).asDouble()).as(field).isPositive();
        }
        assertThat(json.get("stations").get("decide").get("p50_ns").asLong()).isPositive();
        assertThat(json.get("stations").get("journal").get("p99_ns").asLong()).isPositive();
        assertThat(json.get("quality").get("frauds").asLong()).isPositive();
        assertThat(json.get("quality").get("auc").asDouble()).isBetween(0.5, 1.0);
        assertThat(json.get("quality").get("single_ap").asDouble()).isBetween(0.0, 1.0);
        assertThat(json.get("heap_bytes_per_event").isNumber()).isTrue();
        assertThat(json.get("gc_count").isIntegralNumber()).isTrue();
        assertThat(json.get("kernel").asText()).isIn("scalar", "vector");
        assertThat(json.get("shards").asInt()).isEqualTo(3);
        assertThat(json.get("journal").get("dir").asText()).isEqualTo(directory.toString());
        assertThat(json.get("journal").get("excerpts").asLong()).isPositive();
        assertThat(json.get("journal").get("bytes").asLong()).isGreaterThan(20_000 * 100L);
        assertThat(json.get("state_hash").asText()).matches("[0-9a-f]{16}");

        final Invocation replay = Invocation.of("replay", directory, "--verify");
        assertThat(replay.after(STATE_HASH)).isEqualTo(json.get("state_hash").asText());
        assertThat(replay.after("verified")).startsWith("20,000 decisions");
        assertThat(Invocation.of("replay", directory, "--explain", "9").code()).isEqualTo(Tagma.EXIT_USAGE);
    }

    @Test
    void goesOnWhereItStoppedAsIfItHadNot() {
        final Path input = Payments.write(temporary.resolve("payments.csv"), 20_000);
        final Path whole = temporary.resolve("whole");
        final Path parts = temporary.resolve("parts");
        final String hash =
                Invocation.of("run", "--input", input, "--dir", whole).after(STATE_HASH);
        assertThat(Invocation.of("run", "--input", input, "--dir", parts, "--events", "9000")
                        .after(STATE_HASH))
                .isNotEqualTo(hash);
        final Invocation rest = Invocation.of("run", "--input", input, "--dir", parts);
        assertThat(rest.after("decisions")).startsWith("11,000 ");
        assertThat(rest.after(STATE_HASH)).isEqualTo(hash);
        assertThat(Invocation.of("replay", parts, "--verify").after(STATE_HASH)).isEqualTo(hash);
        final Invocation nothingLeft = Invocation.of("run", "--input", input, "--dir", parts);
        assertThat(nothingLeft.after("decisions")).startsWith("0 ");
        assertThat(nothingLeft.after(STATE_HASH)).isEqualTo(hash);
        assertThat(nothingLeft.after("input")).startsWith("all 20,000 payments were decided in an earlier run");
        assertThat(rest.out()).doesNotContain("in an earlier run");
    }

    @Test
    void refusesADirectoryThatWasMadeOtherwise() {
        final Path directory = temporary.resolve("d");
        assertThat(Invocation.of("run", "--events", "1000", "--seed", "3", "--dir", directory)
                        .code())
                .isEqualTo(Tagma.EXIT_OK);
        assertThat(Invocation.of("run", "--events", "1000", "--dir", directory).after("card-fraud:"))
                .contains("seed 3")
                .contains("behind event 1,000");
        for (final String[] other : new String[][] {{"--seed", "4"}, {"--shards", "2"}}) {
            final Invocation refused = Invocation.of("run", "--events", "9", "--dir", directory, other[0], other[1]);
            assertThat(refused.code()).isEqualTo(Tagma.EXIT_FAILURE);
            assertThat(refused.err())
                    .startsWith("tagma: ")
                    .contains("was made with")
                    .hasLineCount(1);
        }
        assertThat(Invocation.of("verify", directory).after("checked")).startsWith("every 4 KiB against the manifest");
        final Invocation another = Invocation.of("run", "intent-desk", "--input", "none", "--dir", directory);
        assertThat(another.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(another.err())
                .contains(directory + " holds a run of card-fraud, this is intent-desk")
                .hasLineCount(1);
    }
}
