package io.tagma.perf.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command from end to end, children, kills and all, on little work. */
class DecisionBenchTest {
    @TempDir
    Path directory;

    @Test
    void comparesAndSumsUp() throws IOException {
        final Path summary = directory.resolve("summary.json");
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        final int code = bench(
                errors,
                "--only",
                "tagma,floor,plain",
                "--events",
                "100000",
                "--rounds",
                "1",
                "--warm-seconds",
                "0.1",
                "--seconds-per-latency-run",
                "0.2",
                "--dir",
                directory.toString(),
                "--summary",
                summary.toString());
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(code).isZero();

        final JsonNode root = new ObjectMapper().readTree(summary.toFile());
        assertThat(root.at("/variants/0/name").asText()).isEqualTo("floor");
        assertThat(root.at("/variants/0/survives_kill").isNull()).isTrue();
        final JsonNode tagma = root.at("/variants/1");
        final JsonNode plain = root.at("/variants/2");
        assertThat(tagma.get("name").asText()).isEqualTo("tagma");
        assertThat(tagma.get("decisions_per_s").asDouble()).isPositive();
        assertThat(tagma.at("/latency_us/5000/p50").asDouble()).isPositive();
        assertThat(tagma.at("/latency_us/50000/p999").asDouble()).isPositive();
        assertThat(tagma.get("auc").asDouble()).isEqualTo(plain.get("auc").asDouble());
        assertThat(tagma.get("survives_kill").asBoolean()).isTrue();
        assertThat(tagma.get("threading").asText()).matches("(DEDICATED|CALLER) .*when tried.*");
        assertThat(root.get("warm_seconds").asDouble()).isEqualTo(0.1);
        assertThat(plain.get("survives_kill").asBoolean()).isFalse();
        assertThat(root.at("/ratios/plain").asDouble()).isPositive();
        assertThat(root.at("/ratios").has("tagma")).isFalse();
        assertThat(root.at("/machine/cores").asInt()).isPositive();
    }

    @Test
    void refusesWhatCannotWork() {
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        assertThat(bench(errors, "--only", "tagma,kafka")).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(bench(errors, "--events", "10")).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(bench(errors, "--warm-seconds", "-1")).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(bench(errors, "--summary", directory.toString())).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(errors.toString(StandardCharsets.UTF_8))
                .contains("kafka", "at least 100000", "0 to 600: -1", "cannot be written");
    }

    private static int bench(final ByteArrayOutputStream errors, final String... options) {
        final String[] command = new String[options.length + 2];
        command[0] = "bench";
        command[1] = "decision";
        System.arraycopy(options, 0, command, 2, options.length);
        try (PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);
                PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
            return Tagma.execute(new Terminal(out, err, false), command);
        }
    }
}
