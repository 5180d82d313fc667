package io.tagma.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The text file beside a profile map that says what its rows look like, so that a reader needs nothing but the path. Immutable.
 */
record ProfileLayoutFile(int layoutVersion, int dimension, int maxRows, int owner) {
    private static final String FORMAT = "tagma-profile-rows-1";

    static Path beside(final Path file) {
        return file.resolveSibling(file.getFileName() + ".layout");
    }

    void write(final Path file) {
        final Path path = beside(file);
        final String text = "format=" + FORMAT + "\nlayoutVersion=" + layoutVersion + "\ndimension=" + dimension
                + "\nmaxRows=" + maxRows + "\nowner=" + owner + "\n";
        OwnerOnly.file(path);
        try {
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new StoreException(path + " cannot be written: " + e, e);
        }
    }

    static ProfileLayoutFile read(final Path file) {
        final Path path = beside(file);
        final Map<String, String> values = new HashMap<>();
        try {
            for (final String line : Files.readAllLines(path)) {
                final int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(
                            line.substring(0, equals).trim(),
                            line.substring(equals + 1).trim());
                }
            }
        } catch (NoSuchFileException e) {
            throw new StoreException(
                    "no profile rows at " + file + ": " + path.getFileName()
                            + " is missing. Check the directory and the shard, or replay the journal to build them.",
                    e);
        } catch (IOException e) {
            throw new StoreException(path + " cannot be read: " + e, e);
        }
        if (!FORMAT.equals(values.get("format"))) {
            throw new StoreException(path + " has the format " + values.get("format") + ", this version reads " + FORMAT
                    + ": use the version that wrote it, or delete the profile files and replay the journal.");
        }
        return new ProfileLayoutFile(
                number(values, "layoutVersion", path),
                number(values, "dimension", path),
                number(values, "maxRows", path),
                number(values, "owner", path));
    }

    private static int number(final Map<String, String> values, final String name, final Path path) {
        try {
            return Integer.parseInt(values.getOrDefault(name, "missing"));
        } catch (NumberFormatException e) {
            throw new StoreException(
                    path + ": " + name + " should be a whole number but is " + values.get(name)
                            + ". Delete the profile files and replay the journal.",
                    e);
        }
    }
}
