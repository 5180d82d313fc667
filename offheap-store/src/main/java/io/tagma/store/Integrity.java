package io.tagma.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The integrity manifest of an engine's directory: {@code integrity/index} names the data files, and beside it each has a
 * sidecar with a checksum of every 4 KiB and a parity block for every 64 KiB. Stateless; only the directory's owner writes.
 *
 * <p>The manifest says what the files were at an orderly close. While the index is there, it is current; the next launch deletes
 * the index, once what it will append to was held against it ({@link LaunchCheck}). Sidecars stay: at the next close a file that was not changed
 * meanwhile keeps its own, so damage to files of long ago shows however often the engine was launched since.
 */
public final class Integrity {
    static final String DIRECTORY = "integrity";
    static final String INDEX = "index";

    /** What says something of the process that runs, and nothing of what was decided. */
    private static final Set<String> PASSING = Set.of("lock", "tree", "tree.tmp");

    /** What other processes write, also while no engine is there. */
    private static final List<String> OTHERS = List.of("registry/", "standby/", "mirror/");

    private static final String SUFFIX = ".sums";
    private static final String ASIDE = ".tmp";
    private static final String FIRST_LINE = "tagma-integrity 1";
    private static final String LAST_LINE = "crc32c=";

    private Integrity() {}

    /**
     * What an index says.
     *
     * @param files relative to the directory, with {@code /} between names
     * @param whole whether it agrees with its own checksum; if not, the files are those that have a sidecar
     */
    record Index(List<String> files, boolean whole) {}

    /**
     * Writes the manifest. After everything in the directory was closed; nothing may be written until the next open.
     *
     * @return number of files that it covers
     * @throws StoreException when it cannot be written; the directory is then without one, which harms nothing
     */
    public static int seal(final StoreDirectory directory) {
        if (!directory.owner()) {
            throw new IllegalStateException(directory.root() + " is attached to for reading: only its owner seals it");
        }
        final Path root = directory.root();
        try {
            return seal(root);
        } catch (IOException e) {
            throw new StoreException(root.resolve(DIRECTORY) + " cannot be written: " + e, e);
        }
    }

    /** Does so for who holds the directory. */
    static int seal(final Path root) throws IOException {
        final List<String> files = dataFiles(root);
        for (final String file : files) {
            final Path data = root.resolve(file);
            final Path sidecar = sidecar(root, file);
            if (!Sidecar.stillTells(data, sidecar)) {
                Sidecar.write(data, sidecar);
            }
        }
        dropStrays(root, files);
        writeIndex(root, files);
        return files.size();
    }

    /** Makes the manifest stale; before the first write to any data file, also of a copy that goes on from what a closed engine left. */
    public static void unseal(final Path root) throws IOException {
        final Path directory = root.resolve(DIRECTORY);
        // On the disk before any later write is: a stale index that comes back with the power would have good data
        // undone.
        if (Files.deleteIfExists(directory.resolve(INDEX))) {
            SnapshotFiles.force(directory);
        }
    }

    /**
     * Makes the manifest of the last close current again, after a launch that came to nothing. What that touched gets a new sidecar where it was held against the
     * old one before, or is the same still, or is a view; a damaged sidecar stays, for it vouches for nothing. Where anything else differs, there is no manifest.
     */
    static void restore(final Path root, final Index was) throws IOException {
        final List<String> files = dataFiles(root);
        for (final String file : files) {
            final Path data = root.resolve(file);
            final Path sums = sidecar(root, file);
            if (!was.files().contains(file) || (LaunchCheck.isView(file) && !Sidecar.isOf(data, sums))) {
                Sidecar.write(data, sums);
            } else if (!Sidecar.isOf(data, sums) && Sidecar.isWhole(sums)) {
                if (!LaunchCheck.looksAt(file) && !Sidecar.agrees(data, sums)) {
                    return;
                }
                Sidecar.write(data, sums);
            }
        }
        if (was.files().stream().allMatch(file -> files.contains(file) || LaunchCheck.isView(file))) {
            writeIndex(root, files);
        }
    }

    /** The index, or null when there is no current manifest. */
    static @Nullable Index index(final Path root) throws IOException {
        final String text;
        try {
            text = Files.readString(root.resolve(DIRECTORY).resolve(INDEX), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return null;
        }
        final int last = text.lastIndexOf(LAST_LINE);
        if (last < 0 || !text.substring(last).equals(LAST_LINE + checksum(text.substring(0, last)) + "\n")) {
            return new Index(filesWithSidecar(root), false);
        }
        final String decoded = new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        final List<String> lines = decoded.lines().toList();
        return new Index(lines.subList(1, lines.size() - 1), true);
    }

    static void writeIndex(final Path root, final List<String> files) throws IOException {
        final Path index = root.resolve(DIRECTORY).resolve(INDEX);
        final Path aside = index.resolveSibling(INDEX + ASIDE);
        final String text = FIRST_LINE + "\n" + String.join("\n", files) + "\n";
        final String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        OwnerOnly.directory(root.resolve(DIRECTORY));
        OwnerOnly.file(aside);
        Files.writeString(aside, bytes + LAST_LINE + checksum(bytes) + "\n", StandardCharsets.ISO_8859_1);
        Files.move(aside, index, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static Path sidecar(final Path root, final String file) {
        return root.resolve(DIRECTORY).resolve(file + SUFFIX);
    }

    /** Every regular file of the directory but what passes with a process, what other processes write, and the manifest itself, in order. */
    static List<String> dataFiles(final Path root) throws IOException {
        return walk(root).stream()
                .filter(file -> !PASSING.contains(file)
                        && !file.startsWith(DIRECTORY + "/")
                        && OTHERS.stream().noneMatch(file::startsWith))
                .toList();
    }

    private static List<String> filesWithSidecar(final Path root) throws IOException {
        return walk(root.resolve(DIRECTORY)).stream()
                .filter(file -> file.endsWith(SUFFIX))
                .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                .toList();
    }

    private static void dropStrays(final Path root, final List<String> files) throws IOException {
        final List<String> strays = new ArrayList<>(filesWithSidecar(root));
        strays.removeAll(files);
        for (final String stray : strays) {
            Files.deleteIfExists(sidecar(root, stray));
        }
    }

    private static List<String> walk(final Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        // Also where the directory, or a journal on another disk, is a symbolic link.
        try (Stream<Path> paths = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String checksum(final String latin1) {
        final CRC32C crc = new CRC32C();
        crc.update(latin1.getBytes(StandardCharsets.ISO_8859_1));
        return "%08x".formatted(crc.getValue());
    }
}
