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

/**
 * Reads the Electricity data (Harries, "SPLICE-2 comparative evaluation: electricity pricing", 1999): CSV, plain or gzip, a header,
 * then one half-hour a line in the order of time. Stateless.
 */
public final class ElectricityFile {
    /** What the first line must say. */
    static final String HEADER = "date,day,period,nswprice,nswdemand,vicprice,vicdemand,transfer,class";

    private static final String EXPECTED = "the Electricity data as CSV, plain or gzip";
    private static final int COLUMNS = 9;

    private ElectricityFile() {}

    /**
     * Reads all records.
     *
     * @throws ToolException naming file, line, what was found and what was expected
     */
    public static List<HalfHour> read(final Path file) {
        final List<HalfHour> records = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(InputFile.open(file, EXPECTED), StandardCharsets.UTF_8))) {
            final String header = reader.readLine();
            if (!HEADER.equals(header)) {
                throw new ToolException(
                        file + " does not begin with '" + HEADER + "': " + (header == null ? "it is empty" : header));
            }
            int number = 1;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    records.add(parse(file, number, line));
                }
            }
        } catch (final IOException e) {
            throw new ToolException("cannot read " + file + ": " + e.getMessage());
        }
        if (records.isEmpty()) {
            throw new ToolException(file + " has no records behind its header");
        }
        return records;
    }

    private static HalfHour parse(final Path file, final int number, final String line) {
        final String where = file + ", line " + number + ": ";
        final String[] columns = line.split(",", -1);
        if (columns.length != COLUMNS) {
            throw new ToolException(where + "expected " + COLUMNS + " columns, found " + columns.length);
        }
        final float[] attributes = new float[HalfHour.ATTRIBUTES.size()];
        for (int i = 0; i < attributes.length; i++) {
            attributes[i] = number(where, columns[i + 1]);
        }
        final String label = columns[COLUMNS - 1];
        if (!"0".equals(label) && !"1".equals(label)) {
            throw new ToolException(where + "the class is 0 or 1, not '" + label + "'");
        }
        return new HalfHour(attributes, label.charAt(0) - '0');
    }

    private static float number(final String where, final String text) {
        try {
            final float value = Float.parseFloat(text);
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (final NumberFormatException expected) {
            // Said below, together with what parses but is no finite number.
        }
        throw new ToolException(where + "expected a number, found '" + text + "'");
    }
}
