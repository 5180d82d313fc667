package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma eval clinc} on CLINC150 and on sets in other formats. */
class EvalClincTest {
    @TempDir
    Path folder;

    @Test
    void consolidationIsWorthMoreThanOnePass() throws IOException {
        final String data = System.getProperty("tagma.data", "");
        final Path clinc = Path.of(data.isEmpty() ? "no-data" : data, "clinc150");
        Assumptions.assumeTrue(
                Files.isDirectory(clinc),
                () -> "no CLINC150 under tagma.data=" + data + ": set TAGMA_DATA to the folder that holds clinc150/");
        final Path summary = folder.resolve("summary.json");

        final Invocation run = Invocation.of(
                "eval",
                "clinc",
                "--input",
                clinc.resolve("train.tsv.gz"),
                "--eval",
                clinc.resolve("test.tsv.gz"),
                "--oos",
                clinc.resolve("oos_test.tsv.gz"),
                "--orders",
                1,
                "--passes",
                3,
                "--networks",
                1,
                "--summary",
                summary);

        assertThat(run.code()).as(run.err()).isZero();
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        // Floors just under what was measured, which is the same to the bit on every machine.
        assertThat(json.at("/one_pass/accuracy").asDouble()).isGreaterThan(92.6);
        assertThat(json.at("/one_pass/oos_auroc").asDouble()).isGreaterThan(96.4);
        assertThat(json.at("/one_pass/oos_recall").asDouble()).isGreaterThan(55);
        assertThat(json.at("/consolidated/accuracy").asDouble()).isGreaterThan(93.0);
    }

    private static String texts(final int count, final String format) {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            final int topic = i % 4;
            lines.append(format.formatted("label" + topic, "word" + topic + " number " + i % 37));
        }
        return lines.toString();
    }

    @Test
    void readsCsvWithQuotesAndAHeaderInAnyOrder() throws IOException {
        final Path train = folder.resolve("train.csv.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(train))) {
            out.write(("id,text,category\n" + texts(400, "7,\"%2$s, \"\"please\"\"\nnow\",%1$s\n"))
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        final Path test = Files.writeString(folder.resolve("test.tsv"), "label\ttext\n" + texts(80, "%s\t%s\n"));
        final Path summary = folder.resolve("summary.json");

        final Invocation run = Invocation.of(
                "eval", "clinc", "--input", train, "--eval", test, "--passes", 2, "--orders", 2, "--summary", summary);

        assertThat(run.code()).as(run.err()).isZero();
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.at("/one_pass/accuracy").asDouble()).isEqualTo(100);
        assertThat(json.at("/consolidated/accuracy").asDouble()).isEqualTo(100);
        assertThat(json.at("/one_pass").has("oos_auroc")).isFalse();
    }

    @Test
    void anUnknownLabelAndALineWithoutTextAreNamed() throws IOException {
        final Path train = Files.writeString(folder.resolve("train.tsv"), "a\tsome text\nb\tother text\n");
        final Path other = Files.writeString(folder.resolve("other.tsv"), "c\tsome text\n");
        final Path broken = Files.writeString(folder.resolve("broken.tsv"), "a\tsome text\na\t\n");

        assertThat(Invocation.of("eval", "clinc", "--input", train, "--eval", other))
                .satisfies(run -> assertThat(run.code()).isEqualTo(Tagma.EXIT_FAILURE))
                .satisfies(run -> assertThat(run.err()).contains("other.tsv").contains("'c'"));
        assertThat(Invocation.of("eval", "clinc", "--input", broken, "--eval", train))
                .satisfies(run -> assertThat(run.code()).isEqualTo(Tagma.EXIT_FAILURE))
                .satisfies(run -> assertThat(run.err()).contains("broken.tsv, line 2"));
        assertThat(Invocation.of("eval", "clinc", "--input", train, "--eval", train, "--orders", 0)
                        .code())
                .isEqualTo(Tagma.EXIT_USAGE);
    }
}
