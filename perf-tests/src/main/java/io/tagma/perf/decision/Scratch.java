package io.tagma.perf.decision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories that do not outlive a run. Stateless. */
public final class Scratch {
    private Scratch() {}

    /** Makes an empty directory. */
    public static Path fresh(final Path parent, final String name) {
        final Path directory = parent.resolve(name);
        delete(directory);
        try {
            return Files.createDirectories(directory);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    /** Deletes a directory and all that is in it; what cannot be deleted stays. */
    public static void delete(final Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            final List<Path> deepestFirst =
                    all.sorted(Comparator.reverseOrder()).toList();
            for (final Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (final IOException ignored) {
            // a file that is still held; the system's temporary directory is cleaned by others
        }
    }
}
