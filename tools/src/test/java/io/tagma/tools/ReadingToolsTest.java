package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.ring.DutyCycleConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reading commands make of one directory: 20,000 payments over 50 days on one shard. */
class ReadingToolsTest {
    private static final int PAYMENTS = 20_000;

    @TempDir
    private static Path temporary;

    private static Path directory;

    @BeforeAll
    static void run() {
        directory = temporary.resolve("d");
        final Path input = Payments.write(temporary.resolve("payments.csv"), PAYMENTS);
        final Invocation run = Invocation.of("run", "--input", input, "--dir", directory);
        assertThat(run.code()).as(run.err()).isEqualTo(Tagma.EXIT_OK);
    }

    @Test
    void auditPrintsEveryDecisionOnce() throws IOException {
        final List<String> lines =
                Invocation.of("audit", directory, "--json").out().lines().toList();
        assertThat(lines).hasSize(PAYMENTS);
        final ObjectMapper mapper = new ObjectMapper();
        long event = 0;
        for (final String line : lines) {
            final JsonNode record = mapper.readTree(line);
            assertThat(record.get("correlationId").asLong()).isEqualTo(++event);
            assertThat(record.get("subject").asText()).startsWith("card:");
            assertThat(record.get("peer").asText()).startsWith("terminal:");
            assertThat(record.get("score").asDouble()).isBetween(0.0, 1.0);
        }
        assertThat(Invocation.of("audit", directory).out().lines())
                .hasSize(PAYMENTS)
                .first()
                .asString()
                .contains("2018-04-01 ", "card:", "> terminal:", "payment", "action 0");
    }

    @Test
    void explainsADecisionWhole() throws IOException {
        final String last = Invocation.of("audit", directory, "--json")
                .out()
                .lines()
                .toList()
                .getLast();
        final JsonNode record = new ObjectMapper().readTree(last);
        final Invocation explained = Invocation.of(
                "replay", directory, "--explain", record.get("sequence").asText());
        assertThat(explained.code()).as(explained.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(explained.after("decision")).contains("event " + PAYMENTS);
        assertThat(explained.after("subject")).isEqualTo(record.get("subject").asText());
        assertThat(explained.after("peer")).isEqualTo(record.get("peer").asText());
        assertThat(explained.out()).contains("velocity", "amount", "terminal", "novelty", "single", "shadow");
        assertThat(explained.out()).contains("what weighed most", "(bias)", "before", "after", "largest ordinary");
        assertThat(Double.parseDouble(explained.after("score")))
                .isCloseTo(record.get("score").asDouble(), org.assertj.core.api.Assertions.within(1e-3));
        assertThat(explained.after("action")).isIn("allow", "review", "decline");
        assertThat(explained.after("payments seen")).endsWith("*");
    }

    @Test
    void saysWhyASequenceCannotBeExplained() {
        assertThat(Invocation.of("replay", directory, "--explain", 10_000_000).err())
                .contains("no sequence 10000000");
        assertThat(Invocation.of("replay", directory, "--explain", 0).err()).contains("sequences begin at 1");
        assertThat(Invocation.of("replay", directory, "--explain", 2 * PAYMENTS).err())
                .contains("is the outcome of event " + PAYMENTS);
        assertThat(Invocation.of("replay", directory, "--shard", 1).err()).contains("--shard must be 0 to 0");
    }

    /** What is shown to be copied into a shell is one word there. */
    @Test
    void aDirectoryWithSpacesIsQuotedInCommandsThatAreShown() {
        final Path spaced = temporary.resolve("it's mine");
        assertThat(Invocation.of("run", "--events", 10, "--dir", spaced).out())
                .contains("tagma replay '" + temporary + "/it'\\''s mine' --verify")
                .contains("journal in " + spaced);
    }

    @Test
    void stopsWhereAsked() {
        final Invocation half = Invocation.of("replay", directory, "--verify", "--until", 20_000);
        assertThat(half.after("shard 0")).startsWith("sequence 20,000,");
        assertThat(half.after("state hash"))
                .isNotEqualTo(Invocation.of("replay", directory).after("state hash"));
    }

    @Test
    void showsARowByNameAndTellsMissingFromUnknown() {
        final Invocation row = Invocation.of("profile", directory, "card:7");
        assertThat(row.code()).as(row.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(Float.parseFloat(row.after("payments seen"))).isPositive();
        assertThat(row.after("updated")).startsWith("2018-05-");
        assertThat(Invocation.of("profile", directory, "terminal:7").after("fraud run"))
                .isNotEmpty();
        final Invocation missing = Invocation.of("profile", directory, "card:999999");
        assertThat(missing.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(missing.err()).contains("no row for card:999999");
        final Invocation unknown = Invocation.of("profile", directory, "user:7");
        assertThat(unknown.code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(unknown.err()).contains("KIND:ID").contains("card");
        assertThat(Invocation.of("profile", directory, "card:").err()).contains("'card:' is no subject; write KIND:ID");
    }

    @Test
    void sendsAnEmbeddersJournalToItsEmbedder() {
        final Path embedded = temporary.resolve("embedded");
        Engine.launch(new EngineContext()
                        .directory(embedded)
                        .threading(DutyCycleConfig.Threading.CALLER)
                        .jmx(false)
                        .intent(IntentSpec.voted("anything", "none", 0.5f, 0.5f)))
                .close();
        final Invocation replay = Invocation.of("replay", embedded);
        assertThat(replay.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(replay.err()).contains("embedder's engine").contains("its own EngineContext");
        assertThat(Invocation.of("run", "--dir", embedded).err()).contains("embedder's engine");
        assertThat(Invocation.of("audit", embedded)).isEqualTo(new Invocation(Tagma.EXIT_OK, "", ""));
    }

    @Test
    void aDamagedJournalIsNamed() throws IOException {
        final Path copy = temporary.resolve("forged");
        copy(directory, copy);
        final Path journal;
        try (Stream<Path> files = Files.list(copy.resolve("journal/shard-0"))) {
            journal = files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        flip(journal);
        final Invocation replay = Invocation.of("replay", copy, "--verify");
        assertThat(replay.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(replay.err()).startsWith("tagma: ").contains("damaged").hasLineCount(1);
    }

    private static void flip(final Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(1_500_000);
            final int there = bytes.read();
            bytes.seek(1_500_000);
            bytes.write(there ^ 1);
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (final Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}
