package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma translate}: report, summary, refusals. */
class TranslateCommandTest {
    @TempDir
    private Path directory;

    private Path file(final String name, final String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private Path source() throws IOException {
        return file("a.json", """
            {"name":"a","features":[{"name":"amount","kind":"euros"},{"name":"night","kind":"share"}]}\
            """);
    }

    @Test
    void theReportSaysHowFaithful() throws IOException {
        final Path to = file("b.json", """
            {"name":"b","features":[{"name":"amt","kind":"cents","aliases":["amount"]},{"name":"age","kind":"days"}]}\
            """);
        final Path profile = file("p.json", """
            {"values":{"amount":12.5,"night":0.2},"confidence":{"amount":0.9}}\
            """);
        final Path transforms = file("t.json", """
            [{"from":"euros","to":"cents","scale":100}]\
            """);
        final Path summary = directory.resolve("s.json");
        final Invocation run = Invocation.of(
                "translate",
                "--from",
                source(),
                "--to",
                to,
                "--profile",
                profile,
                "--transforms",
                transforms,
                "--summary",
                summary);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("direct from amount > cents", "neutral", "fidelity 0.5000 (a to b)");
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("fidelity").asDouble()).isEqualTo(0.5);
        assertThat(json.path("values").path("amt").asDouble()).isEqualTo(1250);
        final Invocation refused = Invocation.of(
                "translate",
                "--from",
                source(),
                "--to",
                to,
                "--profile",
                profile,
                "--transforms",
                transforms,
                "--lossless");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("fidelity is 0.5, below 0.7: age is not taken over directly");
    }

    @Test
    void aSwappedPairOfFeaturesIsNamed() throws IOException {
        final Path to = file("b.json", """
            {"name":"b","features":[{"name":"x","kind":"share","aliases":["night"]},{"name":"y","kind":"euros","aliases":["amount"]}]}\
            """);
        final Path profile = file("p.json", """
            {"values":{"amount":12.5,"night":0.2}}\
            """);
        final SplittableRandom random = new SplittableRandom(8);
        final StringBuilder from = new StringBuilder();
        final StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            final double amount = 50 + 10 * random.nextGaussian();
            final double night = random.nextDouble();
            from.append(i == 0 ? "" : ",").append("[%s,%s]".formatted(amount, night));
            expected.append(i == 0 ? "" : ",").append("[%s,%s]".formatted(amount, night)); // x is amount: swapped
        }
        final Path examples = file("e.json", "{\"from\":[" + from + "],\"to\":[" + expected + "]}");
        final Invocation run = Invocation.of(
                "translate", "--from", source(), "--to", to, "--profile", profile, "--examples", examples);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("SWAPPED: x and y have each other's distribution");
    }

    @Test
    void badInputIsNamed() throws IOException {
        final Path profile = file("p.json", "{\"values\":{\"amount\":12.5}}");
        final Invocation run = Invocation.of("translate", "--from", source(), "--to", source(), "--profile", profile);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("p.json: 'values.night' is a number, here it is missing");
    }

    @Test
    void decisionsAgreeAfterATranslationThereAndBackAndAPlantedSwapIsNamed() throws IOException {
        final Path summary = directory.resolve("check.json");
        final Invocation right =
                Invocation.of("translate", "--check", "card-fraud", "--events", "30000", "--summary", summary);
        assertThat(right.code()).as(right.out() + right.err()).isZero();
        final JsonNode templates = new ObjectMapper().readTree(summary.toFile()).path("templates");
        assertThat(templates).hasSize(5);
        for (final JsonNode one : templates) {
            assertThat(one.path("agreement").asDouble()).as(one.toString()).isGreaterThanOrEqualTo(0.98);
            assertThat(one.path("not_allowed").asLong()).isPositive();
            assertThat(one.path("agreement_of_not_allowed").asDouble())
                    .as(one.toString())
                    .isGreaterThanOrEqualTo(0.9);
            assertThat(one.path("distributions"))
                    .isNotEmpty()
                    .allSatisfy(feature -> assertThat(feature.path("ks_beyond").asDouble())
                            .isBetween(0.0, Math.min(0.05, feature.path("ks").asDouble())));
            // Maps learnt for half-lives tell 0 frauds of a terminal from 0 in the last bits only.
            assertThat(one.path("far"))
                    .extracting(JsonNode::asText)
                    .isEqualTo(
                            one.path("template").asText().equals("half_lives")
                                    ? List.of(
                                            "frauds (1 d) as over 2 d",
                                            "frauds (7 d) as over 10 d",
                                            "frauds (30 d) as over 40 d")
                                    : List.of());
            assertThat(one.path("swapped")).isEmpty();
        }
        assertThat(templates.at("/0/agreement").asDouble()).isEqualTo(1);
        assertThat(templates.at("/4/with_map_alone").asLong()).as("compact").isGreaterThan(1000);
        assertThat(templates.at("/4/least_edit").asDouble()).isBetween(0.01, 1.0);
        assertThat(right.out()).contains("with A alone", "A is better", "search for the least edit", "farthest by KS");
        assertThat(templates.at("/3/without_map").asText()).as("half-lives").isEqualTo("keep");

        final Invocation planted =
                Invocation.of("translate", "--check", "card-fraud", "--events", "1000", "--plant-swap");
        assertThat(planted.code()).isEqualTo(1);
        assertThat(planted.out())
                .contains("SWAPPED: other count (30 d) and other amount (7 d) have each other's distribution");
    }

    @Test
    void whatIsMissingOrUnknownIsUsage() {
        final Invocation missing = Invocation.of("translate");
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("Missing required option: '--from=SCHEMA'");
        assertThat(Invocation.of("translate", "--check", "weather").code()).isEqualTo(2);
    }
}
