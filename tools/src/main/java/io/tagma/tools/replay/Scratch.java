package io.tagma.tools.replay;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A temporary directory that goes with the command, also on a signal. Owned by the thread that made it. */
public final class Scratch implements AutoCloseable {
    private final Path path;
    private final Thread hook = Thread.ofPlatform().name("tagma-scratch").unstarted(this::delete);

    /** Makes a fresh directory. */
    public Scratch() throws IOException {
        path = Files.createTempDirectory("tagma-replay-");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The directory. */
    public Path path() {
        return path;
    }

    private void delete() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                        throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(final Path directory, final IOException failure)
                        throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (final IOException ignored) {
            // what is left in the temporary directory is the system's to clear
        }
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException ignored) {
            // the process is ending; the hook finds nothing left
        }
    }
}
