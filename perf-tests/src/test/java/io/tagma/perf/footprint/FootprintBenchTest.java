package io.tagma.perf.footprint;

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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootprintBenchTest {
    @TempDir
    private Path folder = Path.of("");

    private static int bench(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("bench", "footprint"));
        all.addAll(List.of(arguments));
        final PrintStream stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Tagma.execute(new Terminal(stream, stream, false), all.toArray(String[]::new));
    }

    @Test
    void aCopyCostsAContextAndASharingAgentDoesNot() throws IOException {
        final Path summary = folder.resolve("summary.json");
        assertThat(bench(
                        "--agents",
                        "64",
                        "--rows",
                        "8000",
                        "--dimension",
                        "256",
                        "--copies",
                        "3",
                        "--summary",
                        summary.toString()))
                .isZero();
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        final double context = json.path("context_mib").asDouble();
        assertThat(context).isBetween(7.0, 8.0);
        assertThat(json.path("naive").path("mib_per_agent").asDouble()).isBetween(context, 2 * context);
        assertThat(json.path("tagma").path("mib_per_agent").asDouble())
                .isLessThan(json.path("tagma").path("resident_mib").asDouble() / 63);
        assertThat(json.path("tagma").path("heap_mib").asDouble())
                .as("64 agents do not hold 64 contexts")
                .isLessThan(20 * context);
        assertThat(json.path("within_limit").asBoolean()).isTrue();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(bench("--agents", "1")).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(bench("--dimension", "8")).isEqualTo(Tagma.EXIT_USAGE);
    }
}
