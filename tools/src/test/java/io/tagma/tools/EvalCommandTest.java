package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma eval electricity} as a user calls it. */
class EvalCommandTest {
    private static final String HEADER = "date,day,period,nswprice,nswdemand,vicprice,vicdemand,transfer,class\n";

    @TempDir
    Path folder;

    private Path file(final String content) throws IOException {
        return Files.writeString(folder.resolve("electricity.csv"), content);
    }

    @Test
    void theEnsembleReachesItsGoalOnTheElectricityData() throws IOException {
        final String data = System.getProperty("tagma.data", "");
        final Path input = Path.of(data.isEmpty() ? "no-data" : data, "electricity", "electricity.csv.gz");
        Assumptions.assumeTrue(
                Files.isRegularFile(input),
                () -> "no Electricity data under tagma.data=" + data
                        + ": set TAGMA_DATA to the folder that holds electricity/");
        final Path summary = folder.resolve("summary.json");

        final Invocation run = Invocation.of(
                "eval", "electricity", "--input", input, "--summary", summary, "--models", "softmax-adagrad,ensemble");

        assertThat(run.code()).as(run.err()).isZero();
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.get("events").asInt()).isEqualTo(45_312);
        assertThat(json.get("no_change").asDouble()).isBetween(85.3, 85.4);
        assertThat(json.get("best").asText()).isEqualTo("ensemble");
        // Floors just under what was measured, which is the same to the bit on every machine.
        assertThat(json.at("/models/0/accuracy").asDouble()).isGreaterThan(91);
        assertThat(json.at("/models/1/accuracy").asDouble()).isGreaterThan(91.4);
    }

    @Test
    void anySmallFileGivesATableAndASummary() throws IOException {
        final StringBuilder csv = new StringBuilder(HEADER);
        for (int i = 0; i < 400; i++) {
            csv.append("0,2,")
                    .append(i % 48 / 47.0)
                    .append(",0.1,0.2,0.3,0.4,0.5,")
                    .append(i / 5 % 2)
                    .append('\n');
        }
        final Path summary = folder.resolve("summary.json");

        final Invocation run = Invocation.of(
                "eval", "electricity", "--input", file(csv.toString()), "--summary", summary, "--seed", 7);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.after("best:")).contains("saying the last label again has 80.25 %");
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.get("data").asText()).isEqualTo("electricity.csv");
        assertThat(json.get("no_change").asDouble()).isEqualTo(80.25);
        assertThat(json.get("models"))
                .as("nine types, and one of them with four reactions to drift")
                .hasSize(13);
        assertThat(json.has("drift")).isFalse();
        for (final JsonNode model : json.get("models")) {
            assertThat(run.after(model.get("name").asText())).isNotBlank();
            assertThat(model.has("kappa") && model.has("kappa_temporal")).isTrue();
            assertThat(model.get("predict_ns").asLong()).isPositive();
            assertThat(model.get("learn_ns").asLong()).isPositive();
        }
    }

    @Test
    void aChangeInMidStreamShowsHowEachModelRecovers() throws IOException {
        final StringBuilder csv = new StringBuilder(HEADER);
        final SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 6_400; i++) {
            final double price = random.nextDouble();
            csv.append("0,2,0.5,")
                    .append(price)
                    .append(",0.2,0.3,0.4,0.5,")
                    .append(price + 0.2 * (random.nextDouble() - 0.5) > 0.5 ? 1 : 0)
                    .append('\n');
        }
        final Path summary = folder.resolve("summary.json");

        final Invocation run = Invocation.of(
                "eval",
                "electricity",
                "--input",
                file(csv.toString()),
                "--summary",
                summary,
                "--drift",
                "--models",
                "softmax-adagrad,dynamic-logistic,drift-aware:softmax-adagrad:reset");

        assertThat(run.code()).as(run.err()).isZero();
        final JsonNode drift = new ObjectMapper().readTree(summary.toFile()).get("drift");
        assertThat(drift).hasSize(3);
        final JsonNode plain = drift.get(0);
        final JsonNode secondOrder = drift.get(1);
        final JsonNode reacting = drift.get(2);
        assertThat(reacting.get("name").asText()).isEqualTo("drift-aware:softmax-adagrad:reset");
        assertThat(plain.get("accuracy_before").asDouble()).isGreaterThan(90);
        assertThat(plain.get("accuracy_0_1000").asDouble())
                .isLessThan(plain.get("accuracy_before").asDouble() - 15);
        assertThat(reacting.get("accuracy_0_1000").asDouble())
                .isGreaterThan(plain.get("accuracy_0_1000").asDouble() + 5);
        assertThat(secondOrder.get("accuracy_1000_2000").asDouble())
                .isGreaterThan(plain.get("accuracy_1000_2000").asDouble());
        assertThat(reacting.get("accuracy_later").asDouble()).isGreaterThan(90);
        assertThat(failure(HEADER + "0,2,0,0,0,0,0,0,1\n", "--drift")).contains("6000 or more");
    }

    @Test
    void whatCannotBeReadIsNamedWithItsLine() throws IOException {
        assertThat(Invocation.of("eval", "electricity", "--input", folder.resolve("none"))
                        .err())
                .contains("no such file")
                .contains("expected the Electricity data");
        assertThat(failure("a,b\n")).contains("does not begin with 'date,day").contains("a,b");
        assertThat(failure(HEADER)).contains("no records");
        assertThat(failure(HEADER + "0,1,2\n")).contains("line 2").contains("expected 9 columns, found 3");
        assertThat(failure(HEADER + "0,2,0,x,0,0,0,0,1\n")).contains("line 2").contains("'x'");
        assertThat(failure(HEADER + "0,2,0,NaN,0,0,0,0,1\n")).contains("'NaN'");
        assertThat(failure(HEADER + "0,2,0,0,0,0,0,0,UP\n")).contains("0 or 1, not 'UP'");
        assertThat(Invocation.of("eval", "electricity", "--input", "x", "--models", "oracle")
                        .err())
                .contains("'oracle'")
                .contains("ensemble");
        final Invocation none = Invocation.of("eval");
        assertThat(none.code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(none.err()).contains("electricity");
    }

    private String failure(final String content, final String... more) throws IOException {
        final List<Object> words = new ArrayList<>(List.of("eval", "electricity", "--input", file(content)));
        words.addAll(List.of(more));
        final Invocation run = Invocation.of(words.toArray());
        assertThat(run.code()).isEqualTo(Tagma.EXIT_FAILURE);
        return run.err();
    }
}
