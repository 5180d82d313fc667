package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma eval drift} and what {@code tagma run intent-desk --drift} leaves to be replayed. */
class EvalDriftTest {
    @TempDir
    Path folder;

    private static Path clinc() {
        final String data = System.getProperty("tagma.data", "");
        final Path input = Path.of(data.isEmpty() ? "no-data" : data, "clinc150", "train.tsv.gz");
        Assumptions.assumeTrue(
                Files.isRegularFile(input),
                () -> "no CLINC150 under tagma.data=" + data + ": set TAGMA_DATA to the folder that holds clinc150/");
        return input;
    }

    @Test
    void rotatedLabelsAreLearntAgainInTime() throws IOException {
        final Path summary = folder.resolve("summary.json");

        final Invocation run = Invocation.of(
                "eval", "drift", "--input", clinc(), "--seeds", 1, "--policies", "none,adapt", "--summary", summary);

        assertThat(run.code()).as(run.err()).isZero();
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.at("/policies/0/accuracy_1000_2000").asDouble()).isLessThan(78);
        assertThat(json.at("/policies/1/accuracy_1000_2000").asDouble()).isGreaterThan(86);
        assertThat(json.at("/policies/1/reactions").asDouble()).isEqualTo(1);
        assertThat(json.at("/detectors/1/detector").asText()).isEqualTo("page-hinkley");
        assertThat(json.at("/detectors/1/mean_delay").asDouble()).isBetween(20.0, 160.0);
        assertThat(json.at("/detectors/1/false_alarms_in_10000").asDouble()).isLessThanOrEqualTo(0.05);
    }

    @Test
    void aDeskThatReactsIsReplayedBitForBit() throws IOException {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_500; i++) {
            final int topic = i * 7 % 5;
            final int label = i < 900 ? topic : (topic + 1) % 5;
            lines.append("intent").append(label);
            lines.append('\t')
                    .append("word")
                    .append(topic)
                    .append(" of ")
                    .append(i * 31 % 40)
                    .append(" now\n");
        }
        final Path input = Files.writeString(folder.resolve("desk.tsv"), lines);
        final Path directory = folder.resolve("engine");

        final Invocation run = Invocation.of(
                "run", "intent-desk", "--input", input, "--drift", "challenger", "--rate", "max", "--dir", directory);
        final Invocation replay = Invocation.of("replay", directory, "--verify");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(replay.code()).as(replay.err()).isZero();
        assertThat(replay.out()).contains("all equal");
    }

    @Test
    void whatMakesNoSenseIsNamed() throws IOException {
        final Path few = Files.writeString(folder.resolve("few.csv"), "text,category\n\"a, b\",x\nb,y\n");

        assertThat(Invocation.of("eval", "drift", "--input", few, "--policies", "panic"))
                .satisfies(run -> assertThat(run.code()).isEqualTo(Tagma.EXIT_USAGE))
                .satisfies(run -> assertThat(run.err()).contains("panic").contains("challenger"));
        assertThat(Invocation.of("eval", "drift", "--input", few))
                .satisfies(run -> assertThat(run.code()).isEqualTo(Tagma.EXIT_FAILURE))
                .satisfies(run -> assertThat(run.err()).contains("has 2 texts"));
        assertThat(Invocation.of("run", "intent-desk", "--input", few, "--drift", "panic")
                        .code())
                .isEqualTo(Tagma.EXIT_USAGE);
    }
}
