package io.tagma.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Takes files from a copy. Stateless. */
final class WholeFile {
    private static final String ASIDE = ".tmp";

    private WholeFile() {}

    /** Puts a copy's file in the place of one that is damaged or missing, aside and renamed: killed at any point, there is all of the one or of the other. */
    static void take(final Path from, final Path to) throws IOException {
        OwnerOnly.directory(Sidecar.parent(to));
        final Path aside = to.resolveSibling(to.getFileName() + ASIDE);
        Files.deleteIfExists(aside);
        OwnerOnly.file(aside);
        Files.copy(from, aside, StandardCopyOption.REPLACE_EXISTING);
        OwnerOnly.file(aside);
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(aside, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
