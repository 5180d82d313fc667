package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.tools.crash.DamagedReading;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single bytes are flipped all over a directory that a real run left. */
class DamageTest {
    private static final int FLIPS = 100;
    private static final int BLOCK = 4096;
    private static final int GROUP = 16 * BLOCK;
    private static final String WARM_ROWS = "2000"; // half of the rows: the others are in the archive
    private static final double SHARE_IN_DATA = 0.8;

    @TempDir
    private Path temporary;

    private Path directory;
    private Path before;

    @BeforeEach
    void run() throws IOException {
        directory = temporary.resolve("d");
        before = temporary.resolve("before");
        final Invocation run =
                Invocation.of("run", "--dir", directory, "--events", "4000", "--seed", "7", "--warm-rows", WARM_ROWS);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Invocation.of("verify", directory).code()).isZero();
        copy(directory, before);
    }

    @Test
    void everyFlipIsNamed() throws IOException {
        final Set<String> flipped = flip(1);
        assertThat(named()).isEqualTo(flipped).hasSizeGreaterThan(FLIPS / 2);
        final Invocation text = Invocation.of("verify", directory);
        assertThat(text.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(text.after("damaged")).isEqualTo(Integer.toString(flipped.size()));
    }

    @Test
    void whoWatchesSeesHowFarItIs() throws IOException {
        final String erase = "\r\u001b[K";
        final String quiet = Invocation.of("verify", directory).out();
        final String watched = Invocation.watched("verify", directory).out();
        assertThat(watched)
                .endsWith(erase + quiet)
                .contains(" MB  journal/shard-0/", erase + "checking journal excerpts");
        assertThat(Invocation.watched("repair", directory).out())
                .endsWith(erase + Invocation.of("repair", directory).out())
                .contains("reading everything in " + directory);

        Files.move(directory.resolve("journal"), temporary.resolve("gone"));
        Files.move(directory.resolve("layout"), temporary.resolve("layout"));
        Files.move(directory.resolve("integrity"), temporary.resolve("integrity"));
        final Invocation none = Invocation.watched("repair", directory);
        assertThat(none.code()).isNotZero();
        assertThat(none.out())
                .as("no live line is left in front of the error")
                .startsWith(erase + "reading everything in " + directory + erase)
                .endsWith(erase);
    }

    @Test
    void aLongRunIsALineAndAShortOneIsNamedBlockByBlock() throws IOException {
        final String journal = files(directory).stream()
                .filter(file -> file.startsWith("journal") && file.endsWith(".cq4"))
                .findFirst()
                .orElseThrow();
        try (RandomAccessFile data =
                new RandomAccessFile(directory.resolve(journal).toFile(), "rw")) {
            data.seek(GROUP);
            data.write(new byte[20 * BLOCK]);
            data.seek(4 * GROUP);
            data.write(new byte[2 * BLOCK]);
        }
        final Invocation verify = Invocation.of("verify", directory);
        assertThat(verify.after("damaged")).isEqualTo("22");
        assertThat(verify.out().lines().filter(line -> line.startsWith("DAMAGED")))
                .containsExactly(
                        "DAMAGED " + journal + " at byte " + GROUP + " to " + (GROUP + 19 * BLOCK)
                                + ", 20 in a row: the block does not agree with its checksum",
                        "DAMAGED " + journal + " at byte " + 4 * GROUP + ": the block does not agree with its checksum",
                        "DAMAGED " + journal + " at byte " + (4 * GROUP + BLOCK)
                                + ": the block does not agree with its checksum");
        assertThat(named()).hasSize(22);
    }

    @Test
    void nothingThatWasFlippedIsServedAsGood() throws IOException, InterruptedException {
        flip(2);
        final Process reader = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + Path.of(Objects.requireNonNull(System.getProperty("tagma.root")), "config", "jvm.args"),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DamagedReading.class.getName(),
                        before.toString(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("said").toFile())
                .start();
        // A reader that does not come to an end is one that damage leads astray.
        final boolean ended = reader.waitFor(60, TimeUnit.SECONDS);
        reader.destroyForcibly();
        assertThat(ended).isTrue();
        final String said = Files.readString(temporary.resolve("said"), StandardCharsets.UTF_8);
        assertThat(said).contains("wrong 0").containsPattern("same [1-9][0-9]{3}");
        assertThat(reader.exitValue()).isZero();
    }

    @Test
    void parityRestoresWhatItSaysItDid() throws IOException {
        final Set<String> flipped = flip(3);
        final Invocation repair = Invocation.of("repair", directory);
        final List<String> done =
                repair.out().lines().filter(line -> line.contains(": block ")).toList();
        final Set<String> computable = computable(flipped);
        assertThat(done).allMatch(line -> line.startsWith("restored "));
        assertThat(done.stream().map(this::blockOf)).containsExactlyInAnyOrderElementsOf(computable);
        assertThat(computable).isNotEmpty().isNotEqualTo(flipped); // both cases are among them
        for (final String line : done) {
            final String[] words = line.split(" ", -1);
            final Path file = Path.of(words[1]);
            final long offset = Long.parseLong(words[4].replace(":", ""));
            assertThat(!Files.exists(file) || block(file, offset).equals(block(original(file), offset)))
                    .as(line)
                    .isTrue();
        }
        // What parity does not make up for is said to be damaged, and found damaged; but a map of rows is made anew.
        final Set<String> lost = new TreeSet<>(flipped);
        lost.removeAll(computable);
        lost.removeIf(block -> !Files.exists(directory.resolve(fileOf(block))));
        assertThat(lost).allMatch(block -> !fileOf(block).endsWith(".dat"));
        assertThat(repair.out()
                        .lines()
                        .filter(line -> line.startsWith("DAMAGED ") && line.contains(" at byte "))
                        .map(this::blockOf))
                .containsExactlyInAnyOrderElementsOf(lost);
        final Set<String> left = named();
        assertThat(left).isEqualTo(lost);
        assertThat(repair.code()).isEqualTo(left.isEmpty() ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE);
    }

    /** A parity block for each 16 makes up for one of them; where all were zero none is needed. */
    private Set<String> computable(final Set<String> flipped) throws IOException {
        final Map<String, Set<String>> groups = new TreeMap<>();
        for (final String block : flipped) {
            groups.computeIfAbsent(fileOf(block) + " " + offsetOf(block) / GROUP * GROUP, group -> new TreeSet<>())
                    .add(block);
        }
        final Set<String> all = new TreeSet<>();
        for (final Map.Entry<String, Set<String>> group : groups.entrySet()) {
            if (group.getValue().size() == 1 || wasZero(group.getKey())) {
                all.addAll(group.getValue());
            }
        }
        return all;
    }

    private boolean wasZero(final String group) throws IOException {
        try (RandomAccessFile data =
                new RandomAccessFile(before.resolve(fileOf(group)).toFile(), "r")) {
            data.seek(offsetOf(group));
            final byte[] bytes = new byte[(int) Math.min(GROUP, data.length() - offsetOf(group))];
            data.readFully(bytes);
            return Arrays.equals(bytes, new byte[bytes.length]);
        }
    }

    private static String fileOf(final String block) {
        return block.substring(0, block.indexOf(' '));
    }

    private static long offsetOf(final String block) {
        return Long.parseLong(block.substring(block.indexOf(' ') + 1));
    }

    /** File and offset of a line that repair wrote: what was done, the file, {@code at byte}, the offset. */
    private String blockOf(final String line) {
        final String[] words = line.split(" +", -1);
        return directory.relativize(Path.of(words[1])) + " " + words[4].replace(":", "");
    }

    @Test
    void aCopyRestoresEveryByte() throws IOException {
        flip(4);
        final Invocation repair = Invocation.of("repair", directory, "--from", before);
        assertThat(repair.code()).as(repair.out() + repair.err()).isZero();
        assertThat(repair.out()).contains("block computed from parity", "block copied from ");
        for (final String file : files(before)) {
            assertThat(Files.mismatch(before.resolve(file), directory.resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
        assertThat(Invocation.of("verify", directory).code()).isZero();
        assertThat(Invocation.of("replay", directory, "--verify").code()).isZero();
    }

    @Test
    void withoutAManifestChecksumsTellAndACopyOrTheJournalRestores() throws IOException {
        Files.delete(directory.resolve("integrity/index")); // what a killed engine leaves
        final Set<String> flipped = new TreeSet<>();
        flipped.add(flipBehind("journal", ".cq4", "TGJ1", 3, 50));
        flipped.add(flipBehind("audit", ".cq4", "correlationId", 700, 15));
        flipped.add(flipBehind("snapshots", ".snap", "", 1, 5000));
        flipped.add(flipBehind("archive", "", "", 1, 100));
        flipped.add(flipBehind("profiles", ".dat", "TGR2", 3, 70));

        final JsonNode report = new ObjectMapper()
                .readTree(Invocation.of("verify", directory, "--json").out());
        assertThat(report.get("by").asText()).isEqualTo("contents");
        final Set<String> named = new TreeSet<>();
        report.get("damage").forEach(damage -> named.add(damage.get("file").asText()));
        assertThat(named).isEqualTo(flipped).hasSize(5);

        final Invocation alone = Invocation.of("repair", directory);
        assertThat(alone.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(alone.out())
                .contains("map removed", "segment removed", "snapshot put aside", "give a copy with --from");
        final Invocation repair = Invocation.of("repair", directory, "--from", before);
        assertThat(repair.code()).as(repair.out() + repair.err()).isZero();
        assertThat(repair.out()).contains("excerpt copied from", "audit removed");
        assertThat(Invocation.of("verify", directory).code()).isZero();
        assertThat(Invocation.of("replay", directory, "--verify").code()).isZero();
        final Invocation again = Invocation.of("run", "--dir", directory, "--events", "10");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(Invocation.of("audit", directory).out()).hasLineCount(4010);
    }

    /** Flips the byte that lies so far behind the n-th place of a text in the first file of a kind; returns the file. */
    private String flipBehind(final String kind, final String suffix, final String text, final int n, final int by)
            throws IOException {
        final Path file = directory.resolve(files(directory).stream()
                .filter(name -> name.startsWith(kind + "/") && name.endsWith(suffix))
                .findFirst()
                .orElseThrow());
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            final byte[] bytes = new byte[(int) Math.min(data.length(), 4 << 20)];
            data.readFully(bytes);
            int at = -1;
            final String all = new String(bytes, StandardCharsets.ISO_8859_1);
            for (int i = 0; i < n; i++) {
                at = all.indexOf(text, at + 1);
            }
            data.seek(at + by);
            data.write(bytes[at + by] ^ 1);
        }
        return directory.relativize(file).toString();
    }

    private Set<String> flip(final long seed) throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> files = files(directory).stream()
                .filter(file -> !file.startsWith("integrity") && !file.equals("lock"))
                .toList();
        final Set<String> blocks = new TreeSet<>();
        final Set<String> bytes = new TreeSet<>();
        while (bytes.size() < FLIPS) {
            final String file = files.get(random.nextInt(files.size()));
            try (RandomAccessFile data =
                    new RandomAccessFile(directory.resolve(file).toFile(), "rw")) {
                final long size = random.nextDouble() < SHARE_IN_DATA ? usedBytes(data) : data.length();
                final long at = random.nextLong(size);
                if (bytes.add(file + " " + at)) {
                    data.seek(at);
                    final int value = data.read();
                    data.seek(at);
                    data.write(value ^ (1 + random.nextInt(255)));
                    blocks.add(file + " " + at / BLOCK * BLOCK);
                }
            }
        }
        return blocks;
    }

    /** A queue's file is mostly hole behind what was written. */
    private static long usedBytes(final RandomAccessFile data) throws IOException {
        return Math.min(data.length(), 2 << 20);
    }

    private Set<String> named() throws IOException {
        final Invocation verify = Invocation.of("verify", directory, "--json");
        final JsonNode report = new ObjectMapper().readTree(verify.out());
        assertThat(report.get("by").asText()).isEqualTo("manifest");
        final Set<String> named = new TreeSet<>();
        for (final JsonNode damage : report.get("damage")) {
            named.add(damage.get("file").asText() + " " + damage.get("offset").asLong());
        }
        return named;
    }

    private Path original(final Path file) {
        return before.resolve(directory.relativize(file));
    }

    private static List<Byte> block(final Path file, final long offset) throws IOException {
        final List<Byte> block = new ArrayList<>();
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "r")) {
            data.seek(offset);
            final byte[] bytes = new byte[(int) Math.min(BLOCK, data.length() - offset)];
            data.readFully(bytes);
            for (final byte b : bytes) {
                block.add(b);
            }
        }
        return block;
    }

    private static List<String> files(final Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        for (final String file : files(from)) {
            Files.createDirectories(Objects.requireNonNull(to.resolve(file).getParent()));
            Files.copy(from.resolve(file), to.resolve(file));
        }
    }
}
