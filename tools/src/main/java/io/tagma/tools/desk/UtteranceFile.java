package io.tagma.tools.desk;

import io.tagma.tools.InputFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads tab-separated utterances: intent, text and, where there is one, the user; plain or gzip. Stateless. */
public final class UtteranceFile {
    private static final String EXPECTED = "lines of INTENT<tab>TEXT, plain or gzip";
    private static final int MAX_COLUMNS = 3;

    private UtteranceFile() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException naming file, line, what was found and what was expected
     */
    public static List<Utterance> read(final Path file) {
        final List<Utterance> utterances = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(InputFile.open(file, EXPECTED), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    utterances.add(parse(file, number, line));
                }
            }
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
        if (utterances.isEmpty()) {
            throw new IllegalArgumentException(file + " has no utterances; expected lines of INTENT<tab>TEXT");
        }
        return utterances;
    }

    private static Utterance parse(final Path file, final int number, final String line) {
        final String[] columns = line.split("\t", -1);
        if (columns.length < 2 || columns.length > MAX_COLUMNS || columns[0].isBlank() || columns[1].isBlank()) {
            throw new IllegalArgumentException(
                    file + ", line " + number + ": expected INTENT<tab>TEXT[<tab>USER], found " + columns.length
                            + " columns: '" + shorten(line) + "'");
        }
        return new Utterance(columns[0], columns[1], columns.length == MAX_COLUMNS ? columns[2] : "");
    }

    private static String shorten(final String line) {
        return line.length() > 60 ? line.substring(0, 60) + "..." : line;
    }
}
