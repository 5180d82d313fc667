package io.tagma.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A shard's snapshots in their directory: {@code snapshots/shard-N/SEQUENCE.snap}. Stateless, any thread. */
public final class SnapshotFiles {
    private static final String SUFFIX = ".snap";
    private static final String ASIDE = ".tmp";
    private static final int DIGITS = 19;

    private SnapshotFiles() {}

    /** Where the snapshot of a sequence goes. */
    public static Path file(final Path directory, final long sequence) {
        return directory.resolve(("%0" + DIGITS + "d").formatted(sequence) + SUFFIX);
    }

    /** The snapshots that are there by name, the newest first; whether they are whole shows only when they are read. */
    public static List<Path> newestFirst(final Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> String.valueOf(file.getFileName()).endsWith(SUFFIX))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw new StoreException(directory + " cannot be read: " + e, e);
        }
    }

    /** The sequence that a snapshot's name tells, -1 when it is no such name. */
    public static long sequence(final Path file) {
        final String name = String.valueOf(file.getFileName());
        return name.matches("\\d{" + DIGITS + "}\\" + SUFFIX) ? Long.parseLong(name.substring(0, DIGITS)) : -1;
    }

    /** Deletes all but the newest snapshots, and what a killed writer left. The owner of the directory only. */
    public static void keepNewest(final Path directory, final int keep) {
        try {
            for (final Path file : newestFirst(directory).stream().skip(keep).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new StoreException(directory + " cannot be tidied: " + e, e);
        }
    }

    /** Deletes what a killed writer left. The owner of the directory only, while nothing is being written. */
    public static void dropUnfinished(final Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.filter(
                            path -> String.valueOf(path.getFileName()).endsWith(ASIDE))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new StoreException(directory + " cannot be tidied: " + e, e);
        }
    }

    static Path aside(final Path file) {
        return file.resolveSibling(file.getFileName() + ASIDE);
    }

    /** Has a rename reach the disk; where directories cannot be forced, nothing. */
    static void force(final @Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException ignored) {
            // some systems open no directories: the rename is atomic all the same
        }
    }
}
