package io.tagma.tools;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --summary} of a command, and the file behind it. Used by one thread. */
public final class JsonSummary {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the figures there as JSON.")
    private @Nullable Path file;

    /** To be called before the work whose figures could not be kept. */
    public void check() {
        requireWritable(file);
    }

    /**
     * Where a file is wanted, looks whether it can be made.
     *
     * @throws ToolException when it is a directory, or lies in none
     */
    public static void requireWritable(final @Nullable Path file) {
        if (file == null) {
            return;
        }
        final Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw new ToolException("--summary " + file + " cannot be written: give a file in a directory that exists");
        }
    }

    /** Where a file is wanted, writes what was found into it: maps, lists, numbers, texts, or a tree. */
    public void write(final Supplier<?> figures) throws IOException {
        final Path wanted = file;
        if (wanted != null) {
            Files.writeString(wanted, JSON.writeValueAsString(figures.get()) + "\n");
        }
    }
}
