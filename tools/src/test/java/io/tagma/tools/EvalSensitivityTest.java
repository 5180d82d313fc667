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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma eval sensitivity}: a table, JSON, and what it refuses. */
class EvalSensitivityTest {
    @TempDir
    private Path folder;

    /** Half-hours whose class is whether the price goes up by more than it did: learnable, and quickly. */
    private Path halfHours() throws IOException {
        final SplittableRandom random = new SplittableRandom(7);
        final StringBuilder csv =
                new StringBuilder("date,day,period,nswprice,nswdemand,vicprice,vicdemand,transfer,class\n");
        for (int i = 0; i < 3000; i++) {
            final double price = random.nextDouble();
            final int label = price + 0.2 * random.nextGaussian() > 0.5 ? 1 : 0;
            csv.append("0,2,").append(i % 48 / 48.0);
            csv.append(',')
                    .append(price)
                    .append(",0.4,0.1,0.2,0.3,")
                    .append(label)
                    .append('\n');
        }
        return Files.writeString(folder.resolve("e.csv"), csv);
    }

    private static Invocation sensitivity(final String scenario, final Object... more) {
        final List<Object> words = new ArrayList<>(List.of("eval", "sensitivity", "--scenario", scenario));
        words.addAll(List.of(more));
        return Invocation.of(words.toArray());
    }

    @Test
    void saysWhichHyperParametersMatter() throws IOException {
        final Path summary = folder.resolve("s.json");
        final Invocation run = sensitivity(
                "electricity",
                "--input",
                halfHours(),
                "--trajectories",
                "8",
                "--range",
                "L1=0.01:2000",
                "--summary",
                summary);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "* L1 ", "0.01 to 2000 log", "no more than another seed", "another seed is which nine in ten");
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("evaluations").asInt()).isEqualTo(8 * (4 + 3));
        assertThat(json.path("parameters")).hasSize(4);
        final JsonNode l1 = json.path("parameters").get(2);
        assertThat(l1.path("name").asText()).isEqualTo("L1");
        assertThat(l1.path("matters").asBoolean()).isTrue();
        assertThat(l1.path("effect").asDouble())
                .as("so much of it leaves no weight")
                .isLessThan(-5);
        assertThat(json.path("matter").toString()).contains("L1").doesNotContain("smoothing");
        assertThat(json.at("/another_seed/effect_band/0").asDouble()).isNegative();
        assertThat(json.at("/another_seed/effect_band/1").asDouble()).isPositive();
    }

    @Test
    void theTextClassifiersRunsOfCharactersAreVaried() throws IOException {
        final Path summary = folder.resolve("s.json");
        final Invocation run = sensitivity(
                "clinc",
                "--input",
                texts("t.tsv", 1),
                "--eval",
                texts("e.tsv", 2),
                "--trajectories",
                "2",
                "--summary",
                summary);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("shortest run", "longest run", "2 to 4", "spelling");
        final JsonNode parameters =
                new ObjectMapper().readTree(summary.toFile()).path("parameters");
        for (final int at : new int[] {3, 4}) {
            assertThat(parameters.get(at).path("name").asText()).endsWith(" run");
            assertThat(parameters.get(at).path("size").asDouble())
                    .as("other runs, other answers: " + parameters.get(at))
                    .isPositive();
        }
    }

    /** Words that look much alike: which of them are told apart hangs by what is read of them. */
    private Path texts(final String name, final long seed) throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        final StringBuilder texts = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            final int label = random.nextInt(3);
            texts.append("class").append(label).append('\t');
            for (int c = 0; c < 24; c++) {
                texts.append(c % 8 == 7 ? ' ' : (char) ('a' + (random.nextInt(4) == 0 ? label : random.nextInt(6))));
            }
            texts.append('\n');
        }
        return Files.writeString(folder.resolve(name), texts);
    }

    @Test
    void rangesThatDoNotGoTogetherAreUsageAndADefaultThatIsMovedIsSaid() throws IOException {
        final Invocation run = sensitivity(
                "clinc", "--input", texts("t.tsv", 1), "--eval", texts("e.tsv", 2), "--range", "shortest run=2:6");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("--range shortest run=2:6: ", "longest run", "2 to 7, the shortest first: ", "narrow");

        final Invocation moved =
                sensitivity("electricity", "--input", halfHours(), "--trajectories", "2", "--range", "smoothing=2:8");
        assertThat(moved.out()).contains("as they are, but for smoothing: 2, for its 1 lies outside the range given");
    }

    @Test
    void whatMakesNoSenseIsUsage() throws IOException {
        assertThat(sensitivity("weather").err())
                .contains("--scenario must be card-fraud, electricity or clinc: weather");
        assertThat(sensitivity("electricity").err()).contains("needs --input=FILE");
        final Invocation range = sensitivity("electricity", "--input", halfHours(), "--range", "L3=1:2");
        assertThat(range.code()).isEqualTo(2);
        assertThat(range.err()).contains("rate, smoothing, L1, L2: L3=1:2");
    }
}
