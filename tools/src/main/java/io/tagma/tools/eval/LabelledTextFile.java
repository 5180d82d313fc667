package io.tagma.tools.eval;

import io.tagma.tools.InputFile;
import io.tagma.tools.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads labelled texts of public data sets: tab- or comma-separated, plain or gzip. Stateless.
 *
 * <p>A first line that names both columns (one of {@code label, intent, category, class}, one of {@code text, utterance, sentence,
 * query}, in any order, others beside them are passed over) says which is which. Without one the label comes first, as in CLINC150's
 * files. Commas separate where the first line has no tab; a value in double quotes may hold commas, line breaks and doubled quotes
 * (RFC 4180).
 */
final class LabelledTextFile {
    private static final String EXPECTED = "LABEL<tab>TEXT lines or CSV, plain or gzip";
    private static final Set<String> LABELS = Set.of("label", "intent", "category", "class", "label_text");
    private static final Set<String> TEXTS = Set.of("text", "utterance", "sentence", "query");

    private final Path file;
    private final BufferedReader reader;
    private int number;
    private char separator;
    private int labelColumn;
    private int textColumn = 1;

    private LabelledTextFile(final Path file, final BufferedReader reader) {
        this.file = file;
        this.reader = reader;
    }

    /**
     * Reads all texts.
     *
     * @throws ToolException naming file, line, what was found and what was expected
     */
    static List<LabelledText> read(final Path file) {
        final List<LabelledText> texts = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(InputFile.open(file, EXPECTED), StandardCharsets.UTF_8))) {
            final LabelledTextFile self = new LabelledTextFile(file, reader);
            for (List<String> values = self.next(); values != null; values = self.next()) {
                final boolean first = self.number == 1 && texts.isEmpty();
                if (!first || !self.isHeader(values)) {
                    texts.add(self.parse(values));
                }
            }
        } catch (final IOException e) {
            throw new ToolException("cannot read " + file + ": " + e.getMessage());
        }
        if (texts.isEmpty()) {
            throw new ToolException(file + " has no texts; expected lines of LABEL<tab>TEXT, or CSV with a header");
        }
        return texts;
    }

    private boolean isHeader(final List<String> values) {
        int label = -1;
        int text = -1;
        for (int i = 0; i < values.size(); i++) {
            final String name = values.get(i).strip().toLowerCase(Locale.ROOT);
            label = LABELS.contains(name) ? i : label;
            text = TEXTS.contains(name) ? i : text;
        }
        if (label < 0 || text < 0) {
            return false;
        }
        labelColumn = label;
        textColumn = text;
        return true;
    }

    private LabelledText parse(final List<String> values) {
        final boolean enough = values.size() > Math.max(labelColumn, textColumn);
        if (!enough
                || values.get(labelColumn).isBlank()
                || values.get(textColumn).isBlank()) {
            final String line = String.join(String.valueOf(separator), values);
            throw new ToolException(file + ", line " + number + ": expected a label in column " + (labelColumn + 1)
                    + " and a text in column " + (textColumn + 1) + ", found '"
                    + (line.length() > 60 ? line.substring(0, 60) + "..." : line) + "'");
        }
        return new LabelledText(
                values.get(labelColumn).strip(), values.get(textColumn).strip());
    }

    /** The next record that is not blank, or null at the end. */
    private @org.jspecify.annotations.Nullable List<String> next() throws IOException {
        String line = reader.readLine();
        number++;
        while (line != null && line.isBlank()) {
            line = reader.readLine();
            number++;
        }
        if (line == null) {
            return null;
        }
        if (separator == 0) {
            line = line.startsWith("\uFEFF") ? line.substring(1) : line;
            separator = line.indexOf('\t') >= 0 ? '\t' : ',';
        }
        return separator == '\t' ? List.of(line.split("\t", -1)) : commas(line);
    }

    private List<String> commas(final String first) throws IOException {
        final List<String> values = new ArrayList<>();
        final StringBuilder value = new StringBuilder();
        String line = first;
        boolean quoted = false;
        for (int i = 0; i <= line.length(); i++) {
            final char c = i < line.length() ? line.charAt(i) : '\n';
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                value.append(c);
                i++;
            } else if (c == '"' && (quoted || value.isEmpty())) {
                quoted = !quoted;
            } else if (c == '\n' && quoted) {
                line = reader.readLine();
                if (line == null) {
                    throw new ToolException(file + ", line " + number + ": a quote is opened and never closed");
                }
                number++;
                value.append(' ');
                i = -1;
            } else if ((c == ',' || c == '\n') && !quoted) {
                values.add(value.toString());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        return values;
    }
}
