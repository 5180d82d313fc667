package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong is said in one line, with an exit code that tells a bad command from a bad machine. */
class BadInputTest {
    private static final String HEADER = "transaction_id,tx_datetime,customer_id,terminal_id,tx_amount,tx_fraud\n";

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        fly                                 | fly
        run cards                           | there are: card-fraud, campaign-auction, intent-desk
        run card-fraud intent-desk          | intent-desk
        run --speed 7                       | --speed
        run --rat 7                         | --rate
        run --rate fast                     | --rate must be a number
        run --rate 0                        | --rate must be a number
        run --rate NaN                      | --rate must be a number
        run --events 0                      | --events must be at least 1
        run --events many                   | many' is not a whole number; try
        run --seconds -1                    | --seconds must be above 0
        run --shards 0                      | --shards must be 1 to 64
        run --shards 65                     | --shards must be 1 to 64
        run --batch 0                       | --batch must be 1 to
        run --kernel opencl                 | scalar, vector, cuda or auto
        run --threading many                | caller, shared, dedicated or elastic
        run --threads 1:4                   | for --threading elastic
        run --threading elastic --threads 4:1 | MIN <= MAX
        run --eval x.tsv                    | --eval is for the scenario intent-desk
        run intent-desk                     | --input
        run intent-desk --input x --market ebay | --market must be first, vickrey
        models list --onnx x                | --onnx goes with 'check'
        help fly                            | subcommand 'fly'; try
        council fly                         | there are: tally
        replay                              | DIR
        replay d --until x                  | --until
        audit                               | DIR
        profile d                           | SUBJECT
        """)
    void refusesWhatMakesNoSense(final String line, final String said) {
        final Invocation refused = Invocation.of((Object[]) line.split(" "));
        assertThat(refused.code()).as(refused.err()).isEqualTo(Tagma.EXIT_USAGE);
        assertOneLine(refused);
        assertThat(refused.err()).contains(said);
    }

    @Test
    void helpIsACommandToo() {
        final Invocation run = Invocation.of("help", "run");
        assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(run).isEqualTo(Invocation.of("run", "--help"));
        assertThat(Invocation.of("help", "bench").code()).isEqualTo(Tagma.EXIT_OK);
        final Invocation tally = Invocation.of("help", "council", "tally");
        assertThat(tally.code()).as(tally.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(tally).isEqualTo(Invocation.of("council", "tally", "--help"));
    }

    @Test
    void aCompressedFileThatBreaksOffOrIsEmptyIsNamed() throws IOException {
        final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
            gzip.write("a\tb\nc\td\n".repeat(99).getBytes(StandardCharsets.UTF_8));
        }
        final Path broken =
                Files.write(temporary.resolve("broken.gz"), Arrays.copyOf(whole.toByteArray(), whole.size() / 2));
        assertFails("cannot read " + broken, "eval", "clinc", "--input", broken, "--eval", broken);
        assertFails("cannot read " + broken, "eval", "electricity", "--input", broken);
        assertFails("cannot read " + broken, "run", "intent-desk", "--input", broken, "--dir", temporary.resolve("d"));
        assertFails("': it is empty", "eval", "electricity", "--input", write("empty", ""));
    }

    @Test
    void saysWhichFileIsMissingOrNoFile() {
        assertFails("no such file", "run", "--input", temporary.resolve("none.csv"));
        assertFails("is a directory", "run", "--input", temporary);
        assertFails("is a directory", "run", "intent-desk", "--input", temporary);
        assertFails("is a directory", "eval", "clinc", "--input", temporary, "--eval", temporary);
        assertFails("is a directory", "eval", "electricity", "--input", temporary);
        assertFails("cannot be written", "run", "--summary", temporary.resolve("no/such/s.json"));
        assertFails("cannot be written", "run", "--summary", temporary);
        for (final String command : List.of(
                "eval assignment",
                "eval clinc --input none --eval none",
                "eval drift --input none",
                "eval electricity --input none",
                "eval sensitivity --scenario card-fraud",
                "checklist run builtin --train none",
                "translate --check card-fraud",
                "crash-test")) {
            final List<Object> words = new ArrayList<>(List.of(command.split(" ", -1)));
            words.addAll(List.of("--summary", temporary.resolve("no/such/s.json")));
            assertFails("s.json cannot be written: give a file in a directory", words.toArray());
        }
    }

    @Test
    void saysWhichLineIsMalformedBeforeAnythingIsDecided() {
        final Path file =
                write("bad.csv", HEADER + "1,2018-04-01 00:00:31,1,2,9.50,0\n2,2018-04-01 00:00:32,1,2,NaN,0\n");
        final Path dir = temporary.resolve("untouched");
        final Invocation refused = assertFails("line 3", "run", "--input", file, "--dir", dir);
        assertThat(refused.err()).contains("NaN").contains("expected");
        assertThat(dir).doesNotExist();
        assertFails("line 1", "run", "--input", write("header.csv", "a,b\n"));
        assertFails("line 1", "run", "--input", write("empty.csv", ""));
    }

    @Test
    void saysThatADirectoryIsNoEnginesOrOfAnotherLayout() throws IOException {
        final Path foreign = Files.createDirectory(temporary.resolve("foreign"));
        Files.writeString(foreign.resolve("letter.txt"), "mine");
        for (final String command : new String[] {"replay", "audit"}) {
            assertFails("no engine's directory", command, foreign);
            assertFails("no engine's directory", command, temporary.resolve("none"));
        }
        assertFails("no engine's directory", "profile", foreign, "card:1");
        assertFails("not empty", "run", "--events", "10", "--dir", foreign);
        final Path old = Files.createDirectory(temporary.resolve("old"));
        Files.writeString(old.resolve("layout"), "tagma-directory 99\n");
        assertFails("tagma-directory 99", "replay", old);
        assertFails("tagma-directory 99", "run", "--events", "10", "--dir", old);
        Files.writeString(old.resolve("layout"), "tagma-directory 1\n");
        assertFails("holds no journal yet", "replay", old);
        assertThat(Invocation.of("audit", old)).isEqualTo(new Invocation(Tagma.EXIT_OK, "", ""));
    }

    private Path write(final String name, final String text) {
        try {
            return Files.writeString(temporary.resolve(name), text);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Invocation assertFails(final String said, final Object... arguments) {
        final Invocation failed = Invocation.of(arguments);
        assertThat(failed.code()).as(failed.err()).isEqualTo(Tagma.EXIT_FAILURE);
        assertOneLine(failed);
        assertThat(failed.err()).contains(said);
        return failed;
    }

    private static void assertOneLine(final Invocation failed) {
        assertThat(failed.err())
                .startsWith("tagma: ")
                .endsWith(System.lineSeparator())
                .hasLineCount(1);
        assertThat(failed.err()).doesNotContain("internal error").doesNotContain("Exception");
        assertThat(failed.out()).isEmpty();
    }
}
