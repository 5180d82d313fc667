package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
