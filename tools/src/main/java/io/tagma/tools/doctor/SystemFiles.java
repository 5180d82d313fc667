package io.tagma.tools.doctor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What Linux says of itself in files under a root, which tests replace. Stateless. */
record SystemFiles(Path root, String searchPath) {
    private static final int MOST_BYTES = 1 << 20;

    /** This machine's. */
    static SystemFiles here() {
        final String path = System.getenv("PATH");
        return new SystemFiles(Path.of("/"), path == null ? "" : path);
    }

    /** A file's text without blanks around it; empty where it cannot be read. */
    Optional<String> text(final String file) {
        // In large pieces: Files.readString asks for one byte first where a file says that it is empty, and a sysctl
        // gives
        // nothing after its first answer.
        try (InputStream in = Files.newInputStream(root.resolve(file))) {
            final byte[] bytes = new byte[MOST_BYTES];
            int count = 0;
            for (int read = in.read(bytes); read > 0; read = in.read(bytes, count, bytes.length - count)) {
                count += read;
            }
            return Optional.of(new String(bytes, 0, count, StandardCharsets.UTF_8).strip());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    /** What stands behind the first line's colon that starts so, as in {@code /proc/cpuinfo}. */
    Optional<String> field(final String file, final String name) {
        return text(file)
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(name))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst());
    }

    /** The choice in brackets, as in {@code always [madvise] never}. */
    Optional<String> chosen(final String file) {
        return text(file)
                .filter(text -> text.indexOf('[') >= 0 && text.indexOf(']') > text.indexOf('['))
                .map(text -> text.substring(text.indexOf('[') + 1, text.indexOf(']')));
    }

    /** Where a program is found. */
    Optional<Path> program(final String name) {
        return Arrays.stream(searchPath.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
