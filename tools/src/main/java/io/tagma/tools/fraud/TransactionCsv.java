package io.tagma.tools.fraud;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.tagma.tools.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Transactions streamed from a CSV file, plain or gzip, in the order of their times. Owned by one thread.
 *
 * <p>The first line names the columns {@code transaction_id, tx_datetime, customer_id, terminal_id, tx_amount,
 * tx_fraud} in any order and letter case, among others that are ignored. A time is {@code 2018-04-01 00:00:31} or ISO
 * 8601 ({@code 2018-04-01T00:00:31Z}); one without a zone is UTC, fractions of a second are dropped. Ids are whole
 * numbers from 0, the amount is a decimal from 0, the label 0 or 1. Blank lines are skipped. Whether a file is
 * compressed is told by its first two bytes, not by its name.
 *
 * <p>Whatever else a file holds is a {@link TransactionFormatException} that names the file, the line, what was found
 * and what was expected, and so is a time before that of the line above: outcomes are due by time, so the file must
 * be sorted.
 */
public final class TransactionCsv implements TransactionSource, AutoCloseable {
    private static final List<String> COLUMNS =
            List.of("transaction_id", "tx_datetime", "customer_id", "terminal_id", "tx_amount", "tx_fraud");
    private static final int ID = 0;
    private static final int TIME = 1;
    private static final int CUSTOMER = 2;
    private static final int TERMINAL = 3;
    private static final int AMOUNT = 4;
    private static final int FRAUD = 5;
    private static final double LARGEST_AMOUNT = 1e12;

    private final Path file;
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final int[] columns = new int[COLUMNS.size()];
    private int fields;
    private long previousSecond = Long.MIN_VALUE;
    private long previousLine;

    private TransactionCsv(final Path file, final Reader source) {
        this.file = file;
        reader = CsvReader.builder().skipEmptyLines(true).ofCsvRecord(source);
        records = reader.iterator();
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws TransactionFormatException if the header lacks a column or has it twice
     * @throws io.tagma.tools.ToolException if there is no such file, or it is a directory
     * @throws IOException if it cannot be read
     */
    public static TransactionCsv open(final Path file) throws IOException {
        final InputStream raw =
                InputFile.open(file, "a CSV with the header " + String.join(",", COLUMNS) + ", plain or gzip");
        try {
            final Reader source = new InputStreamReader(raw, StandardCharsets.UTF_8);
            final TransactionCsv csv = new TransactionCsv(file, source);
            csv.readHeader();
            return csv;
        } catch (final RuntimeException failure) {
            raw.close();
            throw failure;
        }
    }

    private void readHeader() {
        final CsvRecord header = nextRecord();
        if (header == null) {
            throw new TransactionFormatException(file, 1, "an empty file", "the header " + String.join(",", COLUMNS));
        }
        fields = header.getFieldCount();
        Arrays.fill(columns, -1);
        for (int field = 0; field < fields; field++) {
            final int column = COLUMNS.indexOf(columnName(header.getField(field)));
            if (column >= 0) {
                if (columns[column] >= 0) {
                    throw fail(header, "column " + COLUMNS.get(column) + " twice", "each column once");
                }
                columns[column] = field;
            }
        }
        for (int column = 0; column < columns.length; column++) {
            if (columns[column] < 0) {
                throw fail(header, "no column " + COLUMNS.get(column), "the header " + String.join(",", COLUMNS));
            }
        }
    }

    // A byte order mark is part of the first name as far as UTF-8 is concerned.
    private static String columnName(final String field) {
        final String name = field.startsWith("\uFEFF") ? field.substring(1) : field;
        return name.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean next(final Transaction into) {
        final CsvRecord row = nextRecord();
        if (row == null) {
            return false;
        }
        if (row.getFieldCount() != fields) {
            throw fail(row, row.getFieldCount() + " fields", fields + " as in the header");
        }
        final long second = timeOf(row);
        if (second < previousSecond) {
            throw fail(
                    row,
                    "tx_datetime '" + text(row, TIME) + "', earlier than on line " + previousLine,
                    "times in ascending order (sort the file by tx_datetime)");
        }
        into.epochSecond = second;
        into.id = wholeNumber(row, ID);
        into.customerId = wholeNumber(row, CUSTOMER);
        into.terminalId = wholeNumber(row, TERMINAL);
        into.amount = amountOf(row);
        into.fraud = labelOf(row);
        into.scenario = into.fraud ? Transaction.SCENARIO_UNKNOWN : Transaction.SCENARIO_NONE;
        previousSecond = second;
        previousLine = row.getStartingLineNumber();
        return true;
    }

    private @Nullable CsvRecord nextRecord() {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (final CsvParseException malformed) {
            throw new TransactionFormatException(
                    file,
                    previousLine + 1,
                    "text that is no CSV (" + malformed.getMessage() + ")",
                    "a record",
                    malformed);
        } catch (final UncheckedIOException broken) {
            throw new TransactionFormatException(
                    file, previousLine + 1, "unreadable data (" + broken.getCause() + ")", "a record", broken);
        }
    }

    private String text(final CsvRecord row, final int column) {
        return row.getField(columns[column]).strip();
    }

    private long timeOf(final CsvRecord row) {
        final String text = text(row, TIME);
        final long second = TimeText.epochSecond(text);
        if (second == TimeText.INVALID) {
            throw fail(
                    row,
                    "tx_datetime '" + text + "'",
                    "a time like 2018-04-01 00:00:31 or 2018-04-01T00:00:31Z, from 1970 to 2261");
        }
        return second;
    }

    private long wholeNumber(final CsvRecord row, final int column) {
        final String text = text(row, column);
        try {
            final long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (final NumberFormatException expected) {
            // said below, together with the negative ones
        }
        throw fail(row, COLUMNS.get(column) + " '" + text + "'", "a whole number from 0");
    }

    private double amountOf(final CsvRecord row) {
        final String text = text(row, AMOUNT);
        try {
            final double amount = Double.parseDouble(text);
            if (amount >= 0 && amount <= LARGEST_AMOUNT) {
                return amount + 0.0; // -0.0 becomes 0.0
            }
        } catch (final NumberFormatException expected) {
            // said below, together with the negative, the infinite and NaN
        }
        throw fail(row, "tx_amount '" + text + "'", "a decimal number from 0 to 1e12, e.g. 57.16");
    }

    private boolean labelOf(final CsvRecord row) {
        final String text = text(row, FRAUD);
        return switch (text) {
            case "0" -> false;
            case "1" -> true;
            default -> throw fail(row, "tx_fraud '" + text + "'", "0 (honest) or 1 (fraud)");
        };
    }

    private TransactionFormatException fail(final CsvRecord row, final String found, final String expected) {
        return new TransactionFormatException(file, row.getStartingLineNumber(), found, expected);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
