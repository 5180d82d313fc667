package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.store.AuditTailer;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where one shard's dead letters lie: a queue that is made with the first letter, beside it how far the journal was looked through and
 * which letters were submitted again. Written by the engine that holds the directory, by one thread each.
 */
final class LetterFiles {
    private static final String DIRECTORY = "dead-letters";

    private final StoreDirectory directory;
    private final Path root;
    private final String name;

    LetterFiles(final StoreDirectory directory, final int shard) {
        this.directory = directory;
        this.root = directory.root().resolve(DIRECTORY);
        this.name = "shard-" + shard;
    }

    Path queue() {
        return root.resolve(name);
    }

    boolean exist() {
        return Files.isDirectory(queue());
    }

    Path create() {
        StoreDirectory.ownerOnly(root);
        StoreDirectory.ownerOnly(queue());
        return queue();
    }

    /** How many letters there are. */
    int count() {
        int count = 0;
        try (AuditTailer tailer = AuditTailer.open(queue())) {
            while (tailer.next()) {
                count++;
            }
        } catch (final StoreException none) {
            return 0; // made, and killed before the first letter
        }
        return count;
    }

    /** Up to which input the journal was looked through when the engine last closed in order; 0 where it never did. */
    long seen() {
        final List<String> lines = lines(root.resolve(name + ".seen"));
        return lines.isEmpty() ? 0 : Long.parseLong(lines.getFirst());
    }

    /** Notes it. Nothing is lost without it: the next launch looks again. */
    void seen(final long sequence) {
        if (sequence == seen()) {
            return;
        }
        try {
            StoreDirectory.ownerOnly(root);
            Files.writeString(directory.file(root, name + ".seen"), sequence + "\n");
        } catch (final IOException | StoreException ignored) {
            // a full disk, most likely
        }
    }

    /** Letters that were submitted again, by sequence. */
    Set<Long> resubmitted() {
        final Set<Long> all = new HashSet<>();
        for (final String line : lines(root.resolve(name + ".resubmitted"))) {
            all.add(Long.parseLong(line));
        }
        return all;
    }

    /** Notes that a letter was submitted again. */
    void resubmitted(final long sequence) {
        try {
            Files.writeString(directory.file(root, name + ".resubmitted"), sequence + "\n", StandardOpenOption.APPEND);
        } catch (final IOException e) {
            throw new EngineException(
                    "the event of dead letter " + sequence + " of " + name
                            + " was submitted again, but that could not be noted: " + e.getMessage(),
                    e);
        }
    }

    /** Whole lines that are numbers: a kill may have left a part of the last one. */
    private static List<String> lines(final Path file) {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            final String text = Files.readString(file, StandardCharsets.US_ASCII);
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> line.matches("\\d{1,18}"))
                    .toList();
        } catch (final IOException e) {
            throw new EngineException(file + " cannot be read: " + e, e);
        }
    }
}
