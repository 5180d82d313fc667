package io.tagma.engine.simulate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many seeds of {@link EngineSimulation}; one that fails is named, and run again at every later build. */
class EngineSimulationTest {
    private static final String SEEDS = "simulation-seeds.txt";

    /** Where a run goes on that is made in pieces. */
    private static final long FIRST = Long.getLong("tagma.simulations.first", 0);

    private static final long SHORT = Long.getLong("tagma.simulations", 200);
    private static final long LONG = 10_000;

    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private Path temporary = Path.of("");

    /** In memory where there is such a file system: thousands of engines, each with files of its own. */
    @BeforeEach
    void makeDirectory() throws IOException {
        temporary = Files.isWritable(IN_MEMORY)
                ? Files.createTempDirectory(IN_MEMORY, "tagma-simulation-")
                : Files.createTempDirectory("tagma-simulation-");
    }

    @AfterEach
    void removeDirectory() throws IOException {
        delete(temporary);
    }

    @Test
    void seedsThatFailedOnce() throws IOException {
        for (final long seed : kept()) {
            run(seed);
        }
    }

    @Test
    void aFewSeeds() {
        LongStream.range(FIRST, FIRST + SHORT).forEach(this::run);
    }

    @Test
    @Tag("slow")
    void manySeeds() {
        LongStream.range(SHORT, LONG).forEach(this::run);
    }

    private static List<Long> kept() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                EngineSimulationTest.class.getClassLoader().getResourceAsStream(SEEDS))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .map(line -> Long.parseLong(line.strip()))
                    .toList();
        }
    }

    private void run(final long seed) {
        final Path root = temporary.resolve("seed-" + seed);
        try {
            Files.createDirectories(root);
            new EngineSimulation(seed, root).run();
            delete(root);
        } catch (final AssertionError | RuntimeException | IOException failure) {
            keep(seed);
            throw new AssertionError(
                    "seed " + seed + " fails, and is kept in " + SEEDS + ": " + failure.getMessage(), failure);
        }
    }

    /** Beside the sources, where there are any: the build is run in its module. */
    private static void keep(final long seed) {
        final Path file = Path.of("src/test/resources", SEEDS);
        try {
            if (Files.isWritable(file) && !kept().contains(seed)) {
                Files.writeString(file, seed + "\n", StandardOpenOption.APPEND);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(final Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path directory, final IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
