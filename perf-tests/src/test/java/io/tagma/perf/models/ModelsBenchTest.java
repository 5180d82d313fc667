package io.tagma.perf.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsBenchTest {
    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int bench(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("bench", "models"));
        all.addAll(List.of(arguments));
        final PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return Tagma.execute(new Terminal(stream, stream, false), all.toArray(String[]::new));
    }

    private static void gzip(final Path file, final String text) throws IOException {
        Files.createDirectories(file.getParent());
        try (Writer out =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
            out.write(text);
        }
    }

    /** The class follows the price, and the intent the text's first word: whoever learns gets nearly all right. */
    private void easyData() throws IOException {
        final StringBuilder electricity =
                new StringBuilder("date,day,period,nswprice,nswdemand,vicprice,vicdemand,transfer,class\n");
        for (int i = 0; i < 600; i++) {
            final int label = i / 7 % 2;
            electricity.append(String.format(
                    Locale.ROOT,
                    "0,%d,%.3f,%.3f,0.5,0.1,0.4,0.3,%d%n",
                    1 + i / 48 % 7,
                    i % 48 / 48.0,
                    label == 1 ? 0.9 : 0.1,
                    label));
        }
        gzip(folder.resolve("electricity/electricity.csv.gz"), electricity.toString());
        final StringBuilder texts = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            texts.append(i % 2 == 0 ? "pay\tpay the bill number " : "fly\tfly me over to ")
                    .append(i)
                    .append('\n');
        }
        gzip(folder.resolve("clinc150/train.tsv.gz"), texts.toString());
        gzip(folder.resolve("clinc150/test.tsv.gz"), texts.toString());
    }

    @Test
    void everyModelLearnsWhatIsEasy() throws IOException {
        easyData();
        final Path summary = folder.resolve("summary.json");

        assertThat(bench("--data", folder.toString(), "--orders", "1", "--summary", summary.toString()))
                .as(printed.toString(StandardCharsets.UTF_8))
                .isZero();

        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("variants")).hasSizeGreaterThanOrEqualTo(12);
        for (final JsonNode variant : json.path("variants")) {
            assertThat(variant.path("accuracy").asDouble())
                    .as(variant.toString())
                    .isGreaterThan(85);
            assertThat(variant.path("learn_per_s").asLong()).isPositive();
            assertThat(variant.path("classify_p50_us").asDouble()).isPositive();
        }
        assertThat(json.path("electricity_no_change").asDouble()).isBetween(80.0, 90.0);
    }

    @Test
    void whatIsMissingIsSaid() throws IOException {
        assertThat(bench("--data", folder.toString())).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("electricity.csv.gz", "train.tsv.gz");

        easyData();
        Files.delete(folder.resolve("clinc150/train.tsv.gz"));
        final Path summary = folder.resolve("summary.json");
        assertThat(bench("--data", folder.toString(), "--only", "tagma ftrl", "--summary", summary.toString()))
                .isZero();
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.path("variants")).hasSize(1);
        assertThat(json.path("skipped").get(0).asText()).contains("clinc150", "train.tsv.gz");
        assertThat(bench("--data", folder.toString(), "--orders", "0")).isEqualTo(Tagma.EXIT_USAGE);
    }
}
