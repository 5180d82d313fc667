package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma run intent-desk --consolidate}: networks are published at a journaled sequence; replay and verify need their file. */
class ConsolidateRunTest {
    private static final int INTENTS = 5;

    @TempDir
    private Path folder;

    private Path texts(final String name, final long seed, final int count) throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            final int intent = random.nextInt(INTENTS);
            lines.append("intent").append(intent).append('\t');
            for (int w = 0; w < 5; w++) {
                final int of = random.nextInt(3) == 0 ? random.nextInt(INTENTS) : intent;
                lines.append("w")
                        .append(of)
                        .append((char) ('a' + random.nextInt(20)))
                        .append(' ');
            }
            lines.append('\n');
        }
        return Files.writeString(folder.resolve(name), lines);
    }

    @Test
    void whatIsPublishedIsReplayedWithItsFileAndNotWithoutIt() throws IOException {
        final Path directory = folder.resolve("d");
        final Path summary = folder.resolve("s.json");
        final Invocation run = Invocation.of(
                "run",
                "intent-desk",
                "--input",
                texts("train", 1, 400),
                "--eval",
                texts("eval", 2, 100),
                "--consolidate",
                "--consolidate-every",
                250,
                "--dir",
                directory,
                "--summary",
                summary);
        assertThat(run.code()).as(run.err()).isZero();
        final JsonNode figures = new ObjectMapper().readTree(summary.toFile());
        final JsonNode consolidation = figures.at("/learning/consolidation");
        assertThat(consolidation.get("texts").asInt()).isEqualTo(400);
        assertThat(consolidation.get("dropped_texts").asInt()).isZero();
        final int published = consolidation.get("published").asInt();
        // Before the last tenth of the lessons and behind them; those of 250 lessons may be taught late, with the 360.
        assertThat(published).isBetween(2, 3);
        assertThat(consolidation.get("order_sequence").asInt()).isBetween(800, 804);
        // Of the last 40 lessons, as they were answered before they were learnt, 5 % are at the threshold or above it.
        final double[] strangeness = Invocation.of("audit", directory, "--json")
                .out()
                .lines()
                .map(ConsolidateRunTest::json)
                .filter(decision -> decision.get("correlationId").asInt() > 360
                        && decision.get("correlationId").asInt() <= 400)
                .mapToDouble(decision -> decision.get("outOfScope").asDouble())
                .sorted()
                .toArray();
        assertThat(strangeness).hasSize(40);
        assertThat(figures.at("/quality/oos_threshold").asDouble()).isEqualTo(strangeness[37]);
        final List<Path> files;
        try (Stream<Path> all = Files.list(directory.resolve("published"))) {
            files = all.toList();
        }
        assertThat(files).hasSize(published);
        assertThat(Invocation.of("train", directory, "status").out())
                .contains("version " + published, "published=published:");
        assertThat(Invocation.of("replay", directory, "--verify").after("state hash"))
                .isEqualTo(run.after("state hash"));

        final byte[] whole = Files.readAllBytes(files.getFirst());
        final byte[] damaged = whole.clone();
        damaged[whole.length / 3] ^= 4;
        Files.write(files.getFirst(), damaged);
        assertThat(Invocation.of("verify", directory).out())
                .contains("DAMAGED published/" + files.getFirst().getFileName());
        Files.delete(directory.resolve("integrity").resolve("index")); // as a kill leaves it
        refusesBoth(directory, files.getFirst(), "is damaged");
        Files.delete(files.getFirst());
        refusesBoth(directory, files.getFirst(), "is missing");
        Files.write(files.getFirst(), whole);
        assertThat(Invocation.of("verify", directory).out()).contains(published + " published files");
        assertThat(Invocation.of("train", directory, "undo").code()).isZero();
        assertThat(Invocation.of("replay", directory, "--verify").code()).isZero();
    }

    @Test
    void aRunBehindTheLessonsTeachesNothingAnewAndNamesAreNotComparedWithoutNetworks() throws IOException {
        final Path named = folder.resolve("named");
        Files.writeString(named, Files.readString(texts("plain", 3, 60)).replace("\n", "\tann\n"));
        final Path summary = folder.resolve("s.json");
        final Object[] day = {
            "run", "intent-desk", "--input", named, "--consolidate", "--dir", folder.resolve("d"), "--summary", summary
        };
        final Invocation first = Invocation.of(day);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.after("context")).startsWith("not compared: ");
        final JsonNode json = new ObjectMapper().readTree(summary.toFile());
        assertThat(json.at("/learning/consolidation/published").asInt())
                .as("of 54 lessons and of 60")
                .isEqualTo(2);
        assertThat(json.toString()).doesNotContain("context_gain_points").doesNotContain("last_failure");

        final Invocation again = Invocation.of(day);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.after("consolidated")).isEqualTo("nothing: an earlier run told all lessons");
        try (Stream<Path> all = Files.list(folder.resolve("d").resolve("published"))) {
            assertThat(all).hasSize(2);
        }

        final Invocation alone = Invocation.of("run", "intent-desk", "--input", named, "--consolidate-every", 5);
        assertThat(alone.code()).isEqualTo(2);
        assertThat(alone.err()).contains("goes with --consolidate: 5");
    }

    private static JsonNode json(final String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (final JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static void refusesBoth(final Path directory, final Path file, final String why) {
        final Invocation replay = Invocation.of("replay", directory, "--verify");
        assertThat(replay.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(replay.err()).contains(file.getFileName() + " " + why);
        final Invocation verify = Invocation.of("verify", directory);
        assertThat(verify.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(verify.out()).contains(file.getFileName() + " at byte 0: a published file " + why);
    }
}
