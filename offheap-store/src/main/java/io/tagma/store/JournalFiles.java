package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that a journal consists of, for who keeps its size bounded. Stateless, any thread. */
public final class JournalFiles {
    private static final String SUFFIX = ".cq4";

    private JournalFiles() {}

    /** The files of a journal, oldest first; works beside its writer. */
    public static List<JournalFile> list(final Path directory) {
        final List<JournalFile> files = new ArrayList<>();
        try (QueueReading reading = new QueueReading(directory);
                Stream<Path> paths = Files.list(directory)) {
            final ExcerptCopy copy = new ExcerptCopy();
            for (final Path path : paths.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                files.add(new JournalFile(
                        path,
                        reading.toFile(path) ? firstSequence(reading, copy) : -1,
                        Files.size(path),
                        Files.getLastModifiedTime(path).toMillis()));
            }
            copy.free();
        } catch (IOException e) {
            throw new StoreException(directory + " cannot be read: " + e, e);
        }
        return files;
    }

    private static long firstSequence(final QueueReading reading, final ExcerptCopy copy) {
        final long[] found = {-1};
        reading.next(
                (document, bytes, index) -> {
                    final long at = bytes.readPosition();
                    if (copy.load(bytes.addressForRead(at), (int) bytes.readRemaining()) == null) {
                        found[0] = copy.getLong(ExcerptLayout.FIRST_SEQUENCE);
                    }
                    return 1;
                },
                0);
        return found[0];
    }

    /**
     * Deletes a journal's oldest file. Only its owner may, and only what no tailer is reading any more.
     *
     * @throws StoreException when it cannot be deleted
     */
    public static void delete(final JournalFile file) {
        try {
            Files.delete(file.path());
        } catch (IOException e) {
            throw new StoreException(file.path() + " cannot be deleted: " + e, e);
        }
    }
}
