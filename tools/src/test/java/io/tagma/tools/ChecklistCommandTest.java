package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma checklist run} as a user calls it. */
class ChecklistCommandTest {
    private static final String[] CITIES = {"oslo", "rome", "lima", "cairo", "delhi", "quito", "hanoi", "tunis"};

    @TempDir
    Path folder;

    private Path train = Path.of("");

    @BeforeEach
    void twoIntents() throws IOException {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            final String city = CITIES[i % CITIES.length];
            lines.append("weather\twill it rain in ")
                    .append(city)
                    .append(" on day ")
                    .append(i)
                    .append('\n');
            lines.append("flight\tbook me a plane to ")
                    .append(city)
                    .append(" for ")
                    .append(i)
                    .append(" euros\n");
        }
        train = Files.writeString(folder.resolve("train.tsv"), lines.toString());
    }

    private Invocation run(final String suite) throws IOException {
        final Path file = Files.writeString(folder.resolve("suite.yaml"), "tests:\n" + suite);
        return Invocation.of("checklist", "run", file, "--train", train);
    }

    @Test
    void ceilingsThatHoldAreExitZero() throws IOException {
        final Invocation run = run("""
              - {name: upper case, kind: invariance, change: case, ceiling: 0}
              - {name: blanks, kind: invariance, change: spacing, ceiling: 0}
              - {name: taken back, kind: directional, change: negation, tolerance: 1, ceiling: 0}
              - name: rain
                kind: minimum
                intent: weather
                ceiling: 0
                templates: ["will it rain in {city}", "rain in {city} on day {n}"]
                lexicon: {city: [oslo, rome], n: [1, 2, 3]}
            """);

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.after("upper case")).startsWith("40 ");
        assertThat(run.after("rain")).startsWith("8 ");
        assertThat(run.out()).contains("all ceilings hold");
    }

    @Test
    void aBrokenCeilingIsExitOneWithExamples() throws IOException {
        final Invocation run = run("""
              - name: asked the wrong way round
                kind: minimum
                intent: flight
                ceiling: 0.5
                templates: ["will it rain in {city}"]
                lexicon: {city: [oslo, rome]}
            """);

        assertThat(run.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(run.after("! asked the wrong way round")).startsWith("2  100.00%");
        assertThat(run.out()).contains("'will it rain in oslo': is weather").contains("1 of 1 ceilings broken");
    }

    @Test
    void aTestWithoutACaseDoesNotPass() throws IOException {
        final Invocation run = run("  - {name: contracted, kind: invariance, change: contractions, ceiling: 0.5}\n");

        assertThat(run.code()).as("no text has anything to contract").isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(run.after("! contracted")).startsWith("0 ");
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        assertThat(run("  - {name: a, kind: guess, ceiling: 0}\n").err())
                .contains("test 'a'", "'kind'", "minimum, invariance or directional", "'guess'");
        assertThat(run("  - {name: a, kind: invariance, change: noise, ceiling: 0}\n")
                        .err())
                .contains("one of [typo, case")
                .contains("'noise'");
        assertThat(run("  - {name: a, kind: invariance, change: typo, ceiling: 6}\n")
                        .err())
                .contains("'ceiling' is a share from 0 to 1, not '6'");
        assertThat(run("  - {name: a, kind: minimum, intent: w, ceiling: 0, templates: [x]}\n")
                        .err())
                .contains("the intent 'w', which --train does not have");
        assertThat(run("  - {name: a, kind: minimum, intent: weather, ceiling: 0, templates: ['{x}']}\n")
                        .err())
                .contains("a slot that its lexicon does not fill");
        assertThat(run("  - [\n").err()).contains("is no YAML");
        assertThat(Invocation.of("checklist", "run", "builtin", "--train", folder.resolve("none"))
                        .err())
                .contains("no such file");
        assertThat(Invocation.of("checklist").code()).isEqualTo(Tagma.EXIT_USAGE);
    }

    /** Bounds just above what was measured. */
    @Test
    void theClassifierBehavesOnClincNoWorseThanWasMeasured() {
        final String data = System.getProperty("tagma.data", "");
        final Path clinc = Path.of(data.isEmpty() ? "no-data" : data, "clinc150");
        Assumptions.assumeTrue(
                Files.isDirectory(clinc),
                () -> "no CLINC150 under tagma.data=" + data + ": set TAGMA_DATA to the folder that holds clinc150/");

        final Invocation run = Invocation.of(
                "checklist",
                "run",
                "builtin",
                "--train",
                clinc.resolve("train.tsv.gz"),
                "--unseen",
                clinc.resolve("test.tsv.gz"));

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(failed(run, "one typo")).isBetween(0.1, 1.5);
        assertThat(failed(run, "politeness")).isBetween(0.1, 1.0);
        assertThat(failed(run, "upper case")).isZero();
        assertThat(failed(run, "spacing")).isZero();
        assertThat(failed(run, "contractions")).isBetween(0.1, 3.0);
        assertThat(failed(run, "a second request")).isLessThan(0.5);
        assertThat(failed(run, "taken back")).isLessThan(2.5);
        assertThat(failed(run, "weather in a city")).isZero();
    }

    @Test
    void aModelThatReadsLiterallyIsFoundOut() throws IOException {
        final Path suite = Files.writeString(folder.resolve("suite.yaml"), """
            tests:
              - {name: polite, kind: invariance, change: politeness, ceiling: 0}
              - {name: slips, kind: invariance, change: typo, ceiling: 0}
            """);
        final Path texts = folder.resolve("few.tsv");
        Files.writeString(
                texts,
                "thanking\tplease thanks\nlent\tmay i have money\n".repeat(3)
                        + "thanking\tthanks please\nlent\tmay i lend money\n".repeat(3));
        final Path unseen = Files.writeString(folder.resolve("unseen.tsv"), "lent\tmoney for me\n".repeat(20));
        final Path summary = folder.resolve("summary.json");

        final Invocation said = Invocation.of("checklist", "run", suite, "--train", texts, "--unseen", unseen);
        final Invocation literal = Invocation.of(
                "checklist",
                "run",
                suite,
                "--train",
                texts,
                "--unseen",
                unseen,
                "--model",
                "adagrad-softmax-literal",
                "--search",
                5,
                "--summary",
                summary);

        assertThat(failed(said, "polite")).as(said.out() + said.err()).isZero();
        assertThat(failed(literal, "polite")).as(literal.out() + literal.err()).isPositive();
        assertThat(literal.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(literal.out()).contains("fewest slips that change the answer, of 5 texts");
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("model").asText()).isEqualTo("adagrad-softmax-literal");
        assertThat(json.path("tests").get(0).path("failed").asInt()).isPositive();
        final JsonNode search = json.path("search");
        assertThat(search.path("changed_by_1").asInt()
                        + search.path("changed_by_2").asInt()
                        + search.path("changed_by_3").asInt()
                        + search.path("unchanged").asInt())
                .isEqualTo(5);
        assertThat(Invocation.of("checklist", "run", "builtin", "--train", texts, "--model", "oracle")
                        .err())
                .contains("adagrad-softmax", "oracle");
    }

    /** Percentage of failures that the table shows for a test. */
    private static double failed(final Invocation run, final String test) {
        final String line = run.out()
                .lines()
                .filter(candidate ->
                        candidate.length() > 2 && candidate.substring(2).startsWith(test))
                .findFirst()
                .orElseThrow(() -> new AssertionError(test + " is missing in:\n" + run.out() + run.err()));
        final String[] columns = line.strip().split("\\s+", -1);
        return Double.parseDouble(columns[columns.length - 2].replace("%", ""));
    }
}
