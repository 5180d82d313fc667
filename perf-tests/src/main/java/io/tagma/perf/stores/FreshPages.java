package io.tagma.perf.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.NanoClock;

/**
 * What this machine takes for a page of a file that is new to the page cache: a journal is made of them. A virtual
 * machine that gives free memory back to its host waits for the host too. Stateless.
 */
final class FreshPages {
    private static final int PAGE = 4096;
    private static final int PIECE = 128 << 10;
    private static final int PIECES = 1024;

    private FreshPages() {}

    /** Mean over 128 MiB written in order, elapsed ns. */
    static double measure(final NanoClock clock, final Path directory) throws IOException {
        final Path file = directory.resolve("pages");
        final ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            final long start = clock.nanoTime();
            for (int i = 0; i < PIECES; i++) {
                zeros.clear();
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            return (double) (clock.nanoTime() - start) / PIECES / (PIECE / PAGE);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
