package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads that do not stop early. Stateless. */
final class FileReads {
    private FileReads() {}

    /**
     * Fills a buffer, from its position to its limit, or as far as the file goes.
     *
     * @param origin offset in the file of what goes to the buffer's position 0
     */
    static void fill(final FileChannel file, final ByteBuffer target, final long origin) throws IOException {
        while (target.hasRemaining() && file.read(target, origin + target.position()) >= 0) {
            // a read may stop early
        }
    }
}
