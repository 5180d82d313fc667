package io.tagma.tools;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens the data files that people name, plain or gzip, whatever they are called. Stateless. */
public final class InputFile {
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int BUFFER_BYTES = 1 << 16;

    private InputFile() {}

    /**
     * A stream of the file's contents, unzipped.
     *
     * @param expected what the file should hold, for the message
     * @throws ToolException when there is no such file, or it is a directory
     * @throws IOException when it cannot be read, or begins like a gzip file and is none
     */
    public static InputStream open(final Path file, final String expected) throws IOException {
        require(file, expected);
        final InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            raw.mark(2);
            final int magic = raw.read() << 8 | raw.read();
            raw.reset();
            return magic == GZIP_MAGIC ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
        } catch (final IOException damaged) {
            raw.close();
            throw new IOException(file + " begins like a gzip file but is none: " + damaged.getMessage(), damaged);
        }
    }

    /**
     * Looks whether there is such a file.
     *
     * @param expected what the file should hold, for the message
     * @throws ToolException when there is no such file, or it is a directory
     */
    public static void require(final Path file, final String expected) {
        if (Files.isDirectory(file)) {
            throw new ToolException(file + " is a directory; expected " + expected);
        }
        if (!Files.exists(file)) {
            throw new ToolException("no such file: " + file + "; expected " + expected);
        }
    }
}
